package io.claviger.hadoop;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys in memory, {@code backend_type=Failing}, that answer a number of uses as a test wants. */
public final class FailingKeys implements KmsBackendFactory {
  static final String KEY = "orders";

  private static final AtomicInteger LEFT = new AtomicInteger();
  private static final AtomicInteger FAILED = new AtomicInteger();
  private static volatile ErrorKind kind = ErrorKind.UNAVAILABLE;

  /** For {@code ServiceLoader}. */
  public FailingKeys() {}

  /** Lets the next uses of a key fail. */
  static void fail(ErrorKind how, int uses) {
    kind = how;
    FAILED.set(0);
    LEFT.set(uses);
  }

  /** Returns the uses that failed since. */
  static int failed() {
    return FAILED.get();
  }

  private static void use() {
    if (LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      FAILED.incrementAndGet();
      throw KmsException.of(kind, "the key service of this test says " + kind);
    }
  }

  @Override
  public Set<String> typeNames() {
    return Set.of("Failing");
  }

  @Override
  public KmsBackend create(BackendFields config, BackendSettings settings) {
    KmsBackend keys = MemoryBackend.create(settings);
    keys.createKey(CreateKeyRequest.named(KEY));
    return new Failing(keys);
  }

  private record Failing(KmsBackend keys) implements KmsBackend {
    @Override
    public KeyMetadata createKey(CreateKeyRequest request) {
      return keys.createKey(request);
    }

    @Override
    public EncryptResult encrypt(EncryptRequest request) {
      use();
      return keys.encrypt(request);
    }

    @Override
    public SecretBytes decrypt(DecryptRequest request) {
      use();
      return keys.decrypt(request);
    }

    @Override
    public DataKey generateDataKey(GenerateDataKeyRequest request) {
      use();
      return keys.generateDataKey(request);
    }

    @Override
    public KeyMetadata describeKey(DescribeKeyRequest request) {
      return keys.describeKey(request);
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
