package io.claviger.backend.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeySpec;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every backend promises; each one runs this suite. */
public abstract class BackendContract {
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));

  protected KmsBackend backend;

  /** Returns an empty backend. */
  protected abstract KmsBackend newBackend();

  @BeforeEach
  void open() {
    backend = newBackend();
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private void create(String id) {
    backend.createKey(CreateKeyRequest.named(id));
  }

  private byte[] encrypt(String id, byte[] plain, EncryptionContext context) {
    try (SecretBytes secret = SecretBytes.copyOf(plain)) {
      return backend.encrypt(new EncryptRequest(id, secret, context)).ciphertextBlob();
    }
  }

  private byte[] decrypt(String id, byte[] blob, EncryptionContext context) {
    try (SecretBytes plain = backend.decrypt(new DecryptRequest(id, blob, context))) {
      return plain.toByteArray();
    }
  }

  private KeyState state(String id) {
    return backend.describeKey(new DescribeKeyRequest(id)).state();
  }

  private static ErrorKind kindOf(ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).as("expected a failure").isNotNull();
    assertThat(e.getMessage()).isNotBlank();
    return e.kind();
  }

  @Test
  void aCreatedKeyIsDescribedAndItsIdTaken() {
    create("k");
    assertThat(state("k")).isEqualTo(KeyState.ENABLED);
    assertThat(kindOf(() -> create("k"))).isEqualTo(ErrorKind.KEY_ALREADY_EXISTS);
    assertThat(backend.createKey(CreateKeyRequest.generated()).keyId()).isNotBlank();
    assertThat(kindOf(() -> state("other"))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
  }

  @ParameterizedTest
  @EnumSource(KeySpec.class)
  void aDataKeyOpensFromItsBlob(KeySpec spec) {
    create("k");
    try (DataKey key =
        backend.generateDataKey(new GenerateDataKeyRequest("k", spec, CONTEXT, true))) {
      assertThat(key.plaintext().length()).isEqualTo(spec.keyBytes());
      assertThat(decrypt("k", key.ciphertextBlob(), CONTEXT))
          .isEqualTo(key.plaintext().toByteArray());
    }
    DataKey hidden = backend.generateDataKey(new GenerateDataKeyRequest("k", spec, CONTEXT, false));
    assertThat(hidden.hasPlaintext()).isFalse();
    assertThat(decrypt("k", hidden.ciphertextBlob(), CONTEXT)).hasSize(spec.keyBytes());
  }

  @Test
  void anotherContextKeyOrByteDoesNotOpen() {
    create("k");
    create("l");
    byte[] plain = {1, 2, 3};
    byte[] blob = encrypt("k", plain, CONTEXT);
    assertThat(decrypt("k", blob, CONTEXT)).isEqualTo(plain);
    List<EncryptionContext> others =
        List.of(
            EncryptionContext.empty(),
            EncryptionContext.of(Map.of("tenant", "b")),
            EncryptionContext.of(Map.of("tenant", "a", "more", "")));
    for (EncryptionContext other : others) {
      assertThat(kindOf(() -> decrypt("k", blob, other))).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    }
    assertThat(kindOf(() -> decrypt("l", blob, CONTEXT))).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    for (int i = 0; i < blob.length; i++) {
      byte[] changed = blob.clone();
      changed[i] ^= 1;
      assertThat(kindOf(() -> decrypt("k", changed, CONTEXT))).isEqualTo(ErrorKind.NOT_AUTHENTIC);
      byte[] cut = Arrays.copyOf(blob, i);
      assertThat(kindOf(() -> decrypt("k", cut, CONTEXT))).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    }
  }

  @Test
  void disabledAndPendingKeysDecryptOnly() {
    create("k");
    byte[] blob = encrypt("k", new byte[1], CONTEXT);
    backend.disableKey("k");
    assertThat(kindOf(() -> encrypt("k", new byte[1], CONTEXT)))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(kindOf(() -> backend.rotateKey("k"))).isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(decrypt("k", blob, CONTEXT)).hasSize(1);
    assertThat(backend.deleteKey(DeleteKeyRequest.schedule("k", 7)).deletionDate()).isNotNull();
    assertThat(kindOf(() -> backend.enableKey("k"))).isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(decrypt("k", blob, CONTEXT)).hasSize(1);
    backend.cancelKeyDeletion(new CancelKeyDeletionRequest("k"));
    assertThat(state("k")).as("the state before").isEqualTo(KeyState.DISABLED);
    assertThat(kindOf(() -> backend.cancelKeyDeletion(new CancelKeyDeletionRequest("k"))))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
    backend.enableKey("k");
    assertThat(encrypt("k", new byte[1], CONTEXT)).isNotEmpty();
  }

  @Test
  void rotationKeepsEveryOldVersion() {
    create("k");
    byte[] first = encrypt("k", new byte[] {1}, CONTEXT);
    assertThat(backend.rotateKey("k").currentVersion()).isEqualTo(2);
    byte[] second = encrypt("k", new byte[] {2}, CONTEXT);
    backend.rotateKey("k");
    assertThat(decrypt("k", first, CONTEXT)).containsExactly(1);
    assertThat(decrypt("k", second, CONTEXT)).containsExactly(2);
    assertThat(backend.rewrap(new DecryptRequest("k", first, CONTEXT)).keyVersion()).isEqualTo(3);
  }

  @Test
  void aDueDeletionDestroysOnlyItsOwnKeyAndOnlyWhenDue() {
    create("k");
    create("l");
    Instant due = backend.deleteKey(DeleteKeyRequest.schedule("k", 7)).deletionDate();
    assertThat(backend.destroyIfDue("k", due.minusSeconds(1))).isFalse();
    assertThat(backend.destroyIfDue("l", due)).isFalse();
    assertThat(backend.destroyIfDue("k", due)).isTrue();
    assertThat(backend.destroyIfDue("k", due)).isFalse();
    assertThat(kindOf(() -> state("k"))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    assertThat(state("l")).isEqualTo(KeyState.ENABLED);
    backend.deleteKey(DeleteKeyRequest.immediate("l", "l"));
    assertThat(kindOf(() -> state("l"))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
  }

  @Test
  void usageIsEnforced() {
    backend.createKey(CreateKeyRequest.named("mac").withUsage(KeyUsage.SIGN_VERIFY));
    assertThat(kindOf(() -> encrypt("mac", new byte[1], CONTEXT)))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(kindOf(() -> backend.generateDataKey(GenerateDataKeyRequest.of("mac", CONTEXT))))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
  }

  @Test
  void pagesAreSortedFullAndComplete() {
    for (int i = 0; i < 25; i++) {
      create("key-%02d".formatted(i));
      if (i % 2 == 0) {
        backend.disableKey("key-%02d".formatted(i));
      }
    }
    List<String> seen = new ArrayList<>();
    ListKeysRequest request = new ListKeysRequest(5, null, KeyState.ENABLED, null);
    ListKeysResult page = backend.listKeys(request);
    while (true) {
      page.keys().forEach(key -> seen.add(key.keyId()));
      String next = page.nextMarker();
      if (next == null) {
        break;
      }
      assertThat(page.keys()).hasSize(5);
      page = backend.listKeys(request.after(next));
    }
    assertThat(seen).hasSize(12).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void descriptionAndTags() {
    create("k");
    backend.updateDescription("k", "orders");
    backend.tagKey("k", Map.of("a", "1", "b", "2"));
    assertThat(backend.untagKey("k", Set.of("b", "c")).tags()).isEqualTo(Map.of("a", "1"));
    assertThat(backend.describeKey(new DescribeKeyRequest("k")).description()).isEqualTo("orders");
  }

  @Test
  void importedMaterialIsLentAndNothingElse() {
    byte[] raw = new byte[32];
    raw[5] = 9;
    backend.importRawKey(
        new ImportKeyRequest("k", SecretBytes.copyOf(raw), KeyUsage.ENCRYPT_DECRYPT, "", Map.of()));
    try (SecretBytes lent = backend.lendMaterial("k", 0)) {
      assertThat(lent.toByteArray()).isEqualTo(raw);
    }
    assertThat(kindOf(() -> backend.lendMaterial("k", 2))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    ImportKeyRequest tooShort =
        new ImportKeyRequest(
            "s", SecretBytes.copyOf(new byte[31]), KeyUsage.ENCRYPT_DECRYPT, "", Map.of());
    assertThat(kindOf(() -> backend.importRawKey(tooShort))).isEqualTo(ErrorKind.INVALID_REQUEST);
  }

  @Test
  void ofRacingCreatesOneWinsAndNoRotationIsLost() throws Exception {
    create("rotated");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        work.add(
            () -> {
              backend.rotateKey("rotated");
              try {
                create("raced");
                return 1;
              } catch (KmsException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.KEY_ALREADY_EXISTS);
                return 0;
              }
            });
      }
      int winners = 0;
      for (Future<Integer> done : threads.invokeAll(work)) {
        winners += done.get();
      }
      assertThat(winners).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(backend.describeKey(new DescribeKeyRequest("rotated")).currentVersion())
        .isEqualTo(9);
  }
}
