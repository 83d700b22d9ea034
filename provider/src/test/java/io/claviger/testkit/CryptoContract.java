package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeySpec;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend promises of ciphertexts and data keys. */
abstract class CryptoContract extends BackendSteps {
  private static final int DATA_KEYS_PER_THREAD = 50;

  @ParameterizedTest
  @EnumSource(KeySpec.class)
  void aDataKeyOpensFromItsBlob(KeySpec spec) {
    String id = key("k");
    if (spec.keyBytes() != 32 && hosted(HostedRule.EMULATED_DATA_KEY_LENGTH)) {
      GenerateDataKeyRequest request = new GenerateDataKeyRequest(id, spec, CONTEXT, true);
      assertThat(kindOf(() -> backend.generateDataKey(request))).isEqualTo(ErrorKind.UNAVAILABLE);
      return;
    }
    try (DataKey made =
        backend.generateDataKey(new GenerateDataKeyRequest(id, spec, CONTEXT, true))) {
      assertThat(made.plaintext().length()).isEqualTo(spec.keyBytes());
      assertThat(made.masterKeyId()).isEqualTo(id);
      assertThat(decrypt(id, made.ciphertextBlob(), CONTEXT))
          .isEqualTo(made.plaintext().toByteArray());
    }
    DataKey hidden = backend.generateDataKey(new GenerateDataKeyRequest(id, spec, CONTEXT, false));
    assertThat(hidden.hasPlaintext()).isFalse();
    assertThat(decrypt(id, hidden.ciphertextBlob(), CONTEXT)).hasSize(spec.keyBytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 4095, 4096})
  void everySizeOfPlaintextComesBack(int bytes) {
    String id = key("k");
    byte[] plain = new byte[bytes];
    Arrays.fill(plain, (byte) 7);
    if (bytes == 0 && hosted(HostedRule.NO_EMPTY_INPUT)) {
      assertThat(kindOf(() -> encrypt(id, plain, CONTEXT))).isEqualTo(ErrorKind.INVALID_REQUEST);
      return;
    }
    byte[] blob = encrypt(id, plain, CONTEXT);
    assertThat(decrypt(id, blob, CONTEXT)).isEqualTo(plain);
    assertThat(encrypt(id, plain, CONTEXT)).as("fresh every time").isNotEqualTo(blob);
  }

  @Test
  void anotherContextDoesNotOpen() {
    String id = key("k");
    byte[] bound = encrypt(id, new byte[] {1}, CONTEXT);
    byte[] free = encrypt(id, new byte[] {2}, EncryptionContext.empty());
    List<EncryptionContext> others =
        List.of(
            EncryptionContext.empty(),
            EncryptionContext.of(Map.of("tenant", "b")),
            EncryptionContext.of(Map.of("Tenant", "a")),
            EncryptionContext.of(Map.of("tenant", "a", "more", "")));
    for (EncryptionContext other : others) {
      assertNotAuthentic(() -> decrypt(id, bound, other));
    }
    assertNotAuthentic(() -> decrypt(id, free, CONTEXT));
    assertThat(decrypt(id, free, EncryptionContext.empty())).containsExactly(2);
  }

  @Test
  void entriesOfTheContextHaveNoOrderAndAnyCharacters() {
    String id = key("k");
    EncryptionContext one = EncryptionContext.of(Map.of("a", "\u0001\"\\", "\uD83D\uDD11", "ü"));
    EncryptionContext same = EncryptionContext.of(Map.of("\uD83D\uDD11", "ü", "a", "\u0001\"\\"));
    assertThat(decrypt(id, encrypt(id, new byte[] {3}, one), same)).containsExactly(3);
  }

  @Test
  void aChangedOrCutBlobDoesNotOpen() {
    String id = key("k");
    byte[] blob = encrypt(id, new byte[] {1, 2, 3}, CONTEXT);
    for (int i = 0; i < blob.length; i++) {
      byte[] changed = blob.clone();
      changed[i] ^= 1;
      assertNotAuthentic(() -> decrypt(id, changed, CONTEXT));
      byte[] cut = Arrays.copyOf(blob, i);
      assertNotAuthentic(() -> decrypt(id, cut, CONTEXT));
    }
    byte[] longer = Arrays.copyOf(blob, blob.length + 1);
    assertNotAuthentic(() -> decrypt(id, longer, CONTEXT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "vault:v1:AAAA", "not a blob of any backend at all"})
  void aForeignBlobDoesNotOpen(String foreign) {
    String id = key("k");
    byte[] blob = foreign.getBytes(StandardCharsets.UTF_8);
    assertNotAuthentic(() -> decrypt(id, blob, CONTEXT));
  }

  @Test
  void anotherKeyDoesNotOpen() {
    String id = key("k");
    byte[] blob = encrypt(id, new byte[] {1}, CONTEXT);
    if (existingKeyId() == null) {
      String other = key("other");
      assertNotAuthentic(() -> decrypt(other, blob, CONTEXT));
    }
    assertThat(kindOf(() -> decrypt("missing", blob, CONTEXT))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
  }

  @Test
  void whatABlobSaysOfItsKeyIsTrue() {
    String id = key("k");
    assertThat(backend.keyIdNamedBy(encrypt(id, new byte[1], CONTEXT))).isIn(null, id);
    assertThat(backend.keyIdNamedBy(new byte[0])).isNull();
  }

  @Test
  void anAnswerBelongsToTheCaller() {
    String id = key("k");
    byte[] blob = encrypt(id, new byte[] {5}, CONTEXT);
    backend.decrypt(new DecryptRequest(id, blob, CONTEXT)).close();
    assertThat(decrypt(id, blob, CONTEXT)).as("after the first was wiped").containsExactly(5);
  }

  @Test
  void aRewrappedBlobHoldsTheSameUnderTheSameContext() {
    String id = key("k");
    byte[] blob = encrypt(id, new byte[] {6}, CONTEXT);
    EncryptResult again = backend.rewrap(new DecryptRequest(id, blob, CONTEXT));
    assertThat(again.ciphertextBlob()).isNotEqualTo(blob);
    assertThat(decrypt(id, again.ciphertextBlob(), CONTEXT)).containsExactly(6);
    DecryptRequest wrong = new DecryptRequest(id, blob, EncryptionContext.empty());
    assertNotAuthentic(() -> backend.rewrap(wrong));
  }

  @Test
  void parallelDataKeysNeverCollide() throws Exception {
    String id = key("k");
    Set<String> seen = ConcurrentHashMap.newKeySet();
    int made =
        together(
            () -> {
              for (int i = 0; i < DATA_KEYS_PER_THREAD; i++) {
                try (DataKey key =
                    backend.generateDataKey(GenerateDataKeyRequest.of(id, CONTEXT))) {
                  seen.add(Arrays.toString(key.plaintext().toByteArray()));
                }
              }
              return DATA_KEYS_PER_THREAD;
            });
    assertThat(seen).hasSize(made);
  }

  @Test
  void materialIsLentToThisProcessOrRefused() {
    byte[] raw = new byte[32];
    raw[5] = 9;
    ImportKeyRequest request =
        new ImportKeyRequest("k", SecretBytes.copyOf(raw), KeyUsage.ENCRYPT_DECRYPT, "", Map.of());
    if (lacks(can().importRawKey(), () -> backend.importRawKey(request))) {
      lacks(can().rawCiphers(), () -> backend.lendMaterial(key("own"), 0));
      return;
    }
    backend.importRawKey(request);
    if (lacks(can().rawCiphers(), () -> backend.lendMaterial("k", 0))) {
      return;
    }
    try (SecretBytes lent = backend.lendMaterial("k", 0)) {
      assertThat(lent.toByteArray()).isEqualTo(raw);
    }
    assertThat(kindOf(() -> backend.lendMaterial("k", 2))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
  }

  /** Sizes of raw keys in bytes: what each usage has at its ends, and what is beside them. */
  @ParameterizedTest
  @CsvSource({
    "ENCRYPT_DECRYPT, 16 24 32, 15 17 31 33 64",
    "SIGN_VERIFY, 16 17 32 64 1023 1024, 15 1025"
  })
  void rawKeysHaveTheSizesOfTheirUsage(KeyUsage usage, String taken, String refused) {
    for (int bytes : sizes(refused)) {
      ImportKeyRequest request =
          new ImportKeyRequest("r", SecretBytes.copyOf(new byte[bytes]), usage, "", Map.of());
      if (!lacks(can().importRawKey(), () -> backend.importRawKey(request))) {
        assertThat(kindOf(() -> backend.importRawKey(request)))
            .as("%d bytes", bytes)
            .isEqualTo(ErrorKind.INVALID_REQUEST);
      }
    }
    for (int bytes : sizes(taken)) {
      String id = usage.name().toLowerCase(Locale.ROOT) + bytes;
      CreateKeyRequest request =
          CreateKeyRequest.named(id).withUsage(usage).withBits(Byte.SIZE * bytes);
      if (!can().keyCreation() || !makesOwnSizes(request)) {
        continue;
      }
      assertThat(backend.describeKey(new DescribeKeyRequest(id)).keyBits())
          .isEqualTo(Byte.SIZE * bytes);
      if (can().rawCiphers()) {
        try (SecretBytes lent = backend.lendMaterial(id, 0)) {
          assertThat(lent.length()).isEqualTo(bytes);
        }
      }
      if (can().rotation() && !isFixed(usage)) {
        assertThat(backend.rotateKey(id).keyBits()).isEqualTo(Byte.SIZE * bytes);
        if (can().rawCiphers()) {
          try (SecretBytes lent = backend.lendMaterial(id, 2)) {
            assertThat(lent.length()).isEqualTo(bytes);
          }
        }
      }
      if (usage == KeyUsage.ENCRYPT_DECRYPT) {
        byte[] blob = encrypt(id, new byte[] {7}, CONTEXT);
        assertThat(decrypt(id, blob, CONTEXT)).containsExactly(7);
      }
    }
  }

  private boolean isFixed(KeyUsage usage) {
    return usage == KeyUsage.SIGN_VERIFY && hosted(HostedRule.FIXED_MAC_KEYS);
  }

  private static int[] sizes(String list) {
    return Stream.of(list.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /** A size that a backend does not have is refused by name; every one has 256 bits. */
  private boolean makesOwnSizes(CreateKeyRequest request) {
    try {
      assertThat(backend.createKey(request).keyBits()).isEqualTo(request.keyBits());
      return true;
    } catch (KmsException e) {
      assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED_CAPABILITY);
      assertThat(request.keyBits()).isNotEqualTo(KeyUsage.USUAL_BITS);
      assertThat(e).hasMessageContaining(request.keyBits() + " bits");
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(MacAlgorithm.class)
  void macsAreMadeWithoutLendingOrRefused(MacAlgorithm algorithm) throws Exception {
    if (lacks(
        can().macs(), () -> backend.mac(new MacRequest(key("k"), 0, algorithm, new byte[1])))) {
      return;
    }
    CreateKeyRequest request =
        CreateKeyRequest.named("m")
            .withUsage(KeyUsage.SIGN_VERIFY)
            .withBits(Byte.SIZE * algorithm.macBytes());
    backend.createKey(request);
    byte[] message = {1, 2, 3};
    byte[] first = backend.mac(new MacRequest("m", 0, algorithm, message));
    assertThat(first).hasSize(algorithm.macBytes());
    assertThat(backend.mac(new MacRequest("m", 1, algorithm, message))).isEqualTo(first);
    assertThat(backend.mac(new MacRequest("m", 1, algorithm, new byte[1]))).isNotEqualTo(first);
    MacRequest empty = new MacRequest("m", 1, algorithm, new byte[0]);
    if (hosted(HostedRule.NO_EMPTY_INPUT)) {
      assertThat(kindOf(() -> backend.mac(empty))).isEqualTo(ErrorKind.INVALID_REQUEST);
    } else {
      assertThat(backend.mac(empty)).isNotEqualTo(first);
    }
    if (can().rawCiphers()) {
      try (SecretBytes lent = backend.lendMaterial("m", 1)) {
        Mac mac = Mac.getInstance(algorithm.jcaName());
        mac.init(new SecretKeySpec(lent.toByteArray(), algorithm.jcaName()));
        assertThat(mac.doFinal(message)).isEqualTo(first);
      }
    }
    if (!isFixed(KeyUsage.SIGN_VERIFY)) {
      backend.rotateKey("m");
      assertThat(backend.mac(new MacRequest("m", 0, algorithm, message))).isNotEqualTo(first);
    } else if (!hosted(HostedRule.EMULATED_USAGE_UNCHECKED)) {
      assertThat(kindOf(() -> backend.rotateKey("m"))).isEqualTo(ErrorKind.UNSUPPORTED_CAPABILITY);
    }
    assertThat(backend.mac(new MacRequest("m", 1, algorithm, message))).isEqualTo(first);
    assertThat(kindOf(() -> backend.mac(new MacRequest("m", 3, algorithm, message))))
        .isEqualTo(ErrorKind.KEY_NOT_FOUND);
    assertThat(kindOf(() -> backend.mac(new MacRequest(key("k"), 0, algorithm, message))))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
    backend.disableKey("m");
    if (!hosted(HostedRule.EMULATED_STATE_UNCHECKED)) {
      assertThat(kindOf(() -> backend.mac(new MacRequest("m", 1, algorithm, message))))
          .isEqualTo(ErrorKind.INVALID_KEY_STATE);
    }
  }

  @Test
  void aClosedBackendAnswersNothing() {
    String id = key("k");
    byte[] blob = encrypt(id, new byte[1], CONTEXT);
    backend.close();
    kindOf(() -> decrypt(id, blob, CONTEXT));
    kindOf(() -> backend.generateDataKey(GenerateDataKeyRequest.of(id, CONTEXT)));
    try (SecretBytes secret = SecretBytes.copyOf(new byte[1])) {
      kindOf(() -> backend.encrypt(new EncryptRequest(id, secret, CONTEXT)));
    }
    backend.close();
  }
}
