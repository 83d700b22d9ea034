package io.claviger.e2e.awskms;

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
import io.claviger.kms.KeySpec;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rights of {@code docs/aws-kms.md} are enough and none is too much, by moto's IAM: each
 * operation passes with its rights, and fails without any of them, by a sentence that names it.
 */
class RightsIT {
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));
  private static MotoIam iam;

  /** A key of every kind that the operations need, made before any policy counts. */
  private record Prepared(String id, String macId, byte[] blob) {}

  private interface Work {
    void on(KmsBackend backend, Prepared key);
  }

  private enum Operation {
    DESCRIBE((b, k) -> b.describeKey(new DescribeKeyRequest(k.id())), "DescribeKey"),
    DATA_KEY(
        (b, k) -> b.generateDataKey(GenerateDataKeyRequest.of(k.id(), CONTEXT)).close(),
        "GenerateDataKey"),
    HIDDEN_DATA_KEY(
        (b, k) ->
            b.generateDataKey(new GenerateDataKeyRequest(k.id(), KeySpec.AES_256, CONTEXT, false)),
        "GenerateDataKeyWithoutPlaintext"),
    DECRYPT((b, k) -> b.decrypt(new DecryptRequest(k.id(), k.blob(), CONTEXT)).close(), "Decrypt"),
    ENCRYPT(RightsIT::encrypt, "Encrypt"),
    MAC(
        (b, k) -> b.mac(new MacRequest(k.macId(), 0, MacAlgorithm.HMAC_SHA_256, new byte[1])),
        "GenerateMac"),
    LIST((b, k) -> b.listKeys(ListKeysRequest.first()), "ListKeys", "DescribeKey"),
    CREATE(
        (b, k) -> b.createKey(CreateKeyRequest.named("new-" + System.nanoTime())),
        "DescribeKey",
        "CreateKey",
        "CreateAlias"),
    ENABLE((b, k) -> b.enableKey(k.id()), "EnableKey", "DescribeKey"),
    DISABLE((b, k) -> b.disableKey(k.id()), "DisableKey", "DescribeKey"),
    ROTATE((b, k) -> b.rotateKey(k.id()), "RotateKeyOnDemand", "DescribeKey"),
    DELETE(
        (b, k) -> b.deleteKey(DeleteKeyRequest.schedule(k.id())),
        "ScheduleKeyDeletion",
        "DescribeKey"),
    CANCEL(
        (b, k) -> b.cancelKeyDeletion(new CancelKeyDeletionRequest(k.id())),
        "CancelKeyDeletion",
        "DescribeKey"),
    DESCRIPTION((b, k) -> b.updateDescription(k.id(), "d"), "UpdateKeyDescription", "DescribeKey"),
    TAG((b, k) -> b.tagKey(k.id(), Map.of("a", "b")), "TagResource", "DescribeKey"),
    UNTAG((b, k) -> b.untagKey(k.id(), Set.of("a")), "UntagResource", "DescribeKey");

    private final Work work;
    private final List<String> rights;

    Operation(Work work, String... rights) {
      this.work = work;
      this.rights = java.util.Arrays.stream(rights).map("kms:"::concat).toList();
    }
  }

  private static void encrypt(KmsBackend backend, Prepared key) {
    try (SecretBytes plain = SecretBytes.copyOf(new byte[1])) {
      backend.encrypt(new EncryptRequest(key.id(), plain, CONTEXT));
    }
  }

  private Prepared prepared;

  @BeforeAll
  static void start() {
    iam = new MotoIam();
  }

  @BeforeEach
  void prepare() {
    iam.open();
    try (KmsBackend admin = KmsContract.open(iam.administrator())) {
      String id = admin.createKey(CreateKeyRequest.generated()).keyId();
      String macId =
          admin.createKey(CreateKeyRequest.generated().withUsage(KeyUsage.SIGN_VERIFY)).keyId();
      try (DataKey made = admin.generateDataKey(GenerateDataKeyRequest.of(id, CONTEXT))) {
        prepared = new Prepared(id, macId, made.ciphertextBlob());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void itsRightsAreEnoughAndNoneIsTooMuch(Operation operation) {
    iam.allow(operation.rights);
    try (KmsBackend backend = KmsContract.open(iam.user())) {
      operation.work.on(backend, prepared);
      for (String removed : operation.rights) {
        List<String> left = new ArrayList<>(operation.rights);
        left.remove(removed);
        iam.allow(left.isEmpty() ? List.of("kms:Nothing") : left);
        KmsException e =
            catchThrowableOfType(KmsException.class, () -> operation.work.on(backend, prepared));
        assertThat(e).as("without %s", removed).isNotNull();
        assertThat(e.kind()).isEqualTo(ErrorKind.ACCESS_DENIED);
        assertThat(e).hasMessageContaining(removed).hasMessageContaining("docs/aws-kms.md");
      }
    }
  }

  /** Moto asks for {@code kms:ReEncrypt}, AWS for two rights; the sentence names AWS's. */
  @Test
  void aRewrapIsDeniedByItsRights() {
    iam.allow(List.of("kms:ReEncrypt"));
    try (KmsBackend backend = KmsContract.open(iam.user())) {
      DecryptRequest request = new DecryptRequest(prepared.id(), prepared.blob(), CONTEXT);
      backend.rewrap(request);
      iam.allow(List.of("kms:Encrypt", "kms:Decrypt"));
      KmsException e = catchThrowableOfType(KmsException.class, () -> backend.rewrap(request));
      assertThat(e.kind()).isEqualTo(ErrorKind.ACCESS_DENIED);
      assertThat(e).hasMessageContaining("kms:ReEncryptFrom and kms:ReEncryptTo");
    }
  }

  @Test
  void tagsThatMayNotBeListedAreEmpty() {
    iam.open();
    try (KmsBackend admin = KmsContract.open(iam.administrator())) {
      admin.tagKey(prepared.id(), Map.of("a", "b"));
    }
    DescribeKeyRequest request = new DescribeKeyRequest(prepared.id());
    iam.allow(List.of("kms:DescribeKey"));
    try (KmsBackend backend = KmsContract.open(iam.user())) {
      assertThat(backend.describeKey(request).tags()).isEmpty();
      iam.allow(List.of("kms:DescribeKey", "kms:ListResourceTags"));
      assertThat(backend.describeKey(request).tags()).isEqualTo(Map.of("a", "b"));
    }
  }

  /** The page's policy is what the operations of a process that seals and opens need. */
  @Test
  void thePolicyOfThePageIsThatOfItsOperations() throws IOException {
    String page = Files.readString(Path.of("../docs/aws-kms.md"));
    Matcher policy = Pattern.compile("\"Action\": \\[([^\\]]+)\\]").matcher(page);
    assertThat(policy.find()).isTrue();
    Set<String> shown = new TreeSet<>();
    Matcher each = Pattern.compile("kms:\\w+").matcher(policy.group(1));
    while (each.find()) {
      shown.add(each.group());
    }
    Set<String> needed = new TreeSet<>();
    for (Operation use : List.of(Operation.DESCRIBE, Operation.DATA_KEY, Operation.DECRYPT)) {
      needed.addAll(use.rights);
    }
    assertThat(shown).isEqualTo(needed);
    for (Operation operation : Operation.values()) {
      assertThat(page).contains(operation.rights);
    }
  }
}
