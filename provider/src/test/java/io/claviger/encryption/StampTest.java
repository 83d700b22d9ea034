package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.CoveredHeaders;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The version of the master key that a backend names beside a data key (format 3). */
class StampTest {
  private static final ObjectName NAME = new ObjectName("bucket", "key");
  private static final String FIRST = "of-2026.1_~";

  private final Stamping backend = new Stamping();
  private final KmsServiceManager keys = KmsServiceManager.running(backend, "k");
  private final EncryptionService service;

  StampTest() {
    keys.manager().createKey("k");
    service = new EncryptionService(new ClavigerProvider(keys));
  }

  private static SealRequest request(@Nullable CustomerKey key, boolean bucketKey) {
    String sse = key == null ? "aws:kms" : "customer";
    return new SealRequest(
        NAME, null, EncryptionContext.empty(), NameBinding.OBJECT, sse, key, bucketKey);
  }

  private static Map<String, String> fields(EnvelopeDraft draft) {
    return draft.complete(CoveredHeaders.builder().build());
  }

  private Map<String, String> sealed(SealRequest request) {
    return fields(service.sealObject(request, 0).draft());
  }

  @Test
  void aDataKeyThatTheBackendMakesIsStamped() {
    assertThat(sealed(request(null, false))).containsEntry("claviger-stamp", FIRST);
    assertThat(fields(service.beginUpload(request(null, false))))
        .as("an upload")
        .containsEntry("claviger-stamp", FIRST);
    backend.stamp = "next";
    assertThat(sealed(request(null, false))).containsEntry("claviger-stamp", "next");
    backend.stamp = null;
    assertThat(sealed(request(null, false))).doesNotContainKey("claviger-stamp");
  }

  @Test
  void underABucketKeyItIsTheStampOfTheBucketKey() {
    assertThat(sealed(request(null, true))).containsEntry("claviger-stamp", FIRST);
    backend.stamp = "next"; // the bucket key in use was made before
    assertThat(sealed(request(null, true))).containsEntry("claviger-stamp", FIRST);
  }

  @Test
  void aCustomersKeyHasNone() {
    try (CustomerKey key = CustomerKey.of(new byte[CustomerKey.BYTES])) {
      assertThat(sealed(request(key, false))).doesNotContainKey("claviger-stamp");
    }
  }

  /** Encrypt does not name a version: the stamp of the old wrapped key would be wrong. */
  @Test
  void aNewWrappingTakesTheStampOfItsBucketKeyOrHasNone() {
    Map<String, String> stored = sealed(request(null, false));
    backend.stamp = "next";
    ObjectOpener plain = service.openObject(NAME, stored, ReaderPolicy.DEFAULT, null, null);
    assertThat(fields(service.rewrap(plain, request(null, false))))
        .doesNotContainKey("claviger-stamp");
    ObjectOpener again = service.openObject(NAME, stored, ReaderPolicy.DEFAULT, null, null);
    assertThat(fields(service.rewrap(again, request(null, true))))
        .containsEntry("claviger-stamp", "next");
  }

  private Map<String, String> rewrapped(Map<String, String> stored) {
    ObjectOpener opener = service.openObject(NAME, stored, ReaderPolicy.DEFAULT, null, null);
    return fields(service.rewrap(opener, request(null, true)));
  }

  /** Somebody else rotated the key, within the five minutes of a bucket key that is in use. */
  @Test
  void aRewrapTakesNoBucketKeyOfTheVersionBefore() {
    Map<String, String> stored = sealed(request(null, true));
    backend.stamp = "next";
    keys.manager().describeKeyNow("k");
    Map<String, String> first = rewrapped(stored);
    assertThat(first).containsEntry("claviger-stamp", "next");
    assertThat(rewrapped(stored))
        .as("one bucket key serves them all")
        .containsEntry("claviger-bk", first.get("claviger-bk"));
    assertThat(sealed(request(null, true)))
        .as("writers too")
        .containsEntry("claviger-stamp", "next");
  }

  /** A key service of many machines may show a rotation before all of them encrypt by it. */
  @Test
  void aBucketKeyThatWasStillMadeByTheVersionBeforeServesNoRewrapAfterIt() {
    Map<String, String> stored = sealed(request(null, true));
    backend.described = "next";
    keys.manager().describeKeyNow("k");
    assertThat(rewrapped(stored)).as("said as it is").containsEntry("claviger-stamp", FIRST);
    backend.stamp = "next";
    assertThat(rewrapped(stored)).containsEntry("claviger-stamp", "next");
  }

  /** Keys in memory, of a backend that names the version beside the wrapped key. */
  private static final class Stamping implements KmsBackend {
    private final KmsBackend keys = MemoryBackend.create();
    private @Nullable String stamp = FIRST;
    private @Nullable String described;

    @Override
    public DataKey generateDataKey(GenerateDataKeyRequest request) {
      try (DataKey made = keys.generateDataKey(request)) {
        return new DataKey(
            made.masterKeyId(),
            made.masterKeyVersion(),
            made.spec(),
            made.plaintext().copy(),
            made.ciphertextBlob(),
            stamp);
      }
    }

    @Override
    public KeyMetadata createKey(CreateKeyRequest request) {
      return keys.createKey(request);
    }

    @Override
    public EncryptResult encrypt(EncryptRequest request) {
      return keys.encrypt(request);
    }

    @Override
    public SecretBytes decrypt(DecryptRequest request) {
      return keys.decrypt(request);
    }

    @Override
    public KeyMetadata describeKey(DescribeKeyRequest request) {
      KeyMetadata key = keys.describeKey(request);
      return new KeyMetadata(
          key.keyId(),
          key.state(),
          key.usage(),
          key.description(),
          key.tags(),
          key.createdAt(),
          key.rotatedAt(),
          key.deletionDate(),
          key.currentVersion(),
          key.origin(),
          key.createdBy(),
          key.policy(),
          key.keyBits(),
          described == null ? stamp : described);
    }

    @Override
    public ListKeysResult listKeys(ListKeysRequest request) {
      return keys.listKeys(request);
    }

    @Override
    public KeyMetadata deleteKey(DeleteKeyRequest request) {
      return keys.deleteKey(request);
    }

    @Override
    public KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
      return keys.cancelKeyDeletion(request);
    }

    @Override
    public void healthCheck() {
      keys.healthCheck();
    }

    @Override
    public void close() {
      keys.close();
    }
  }
}
