package io.claviger.jca;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.Capabilities;
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
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend with keys of any length, as public vectors have them, and nothing but raw use. */
class LendingBackend implements KmsBackend {
  private final Map<String, byte[]> material = new ConcurrentHashMap<>();
  private final AtomicInteger lent = new AtomicInteger();
  private final KeyUsage usage;

  LendingBackend(KeyUsage usage) {
    this.usage = usage;
  }

  final void put(String keyId, byte[] raw) {
    material.put(keyId, raw.clone());
  }

  /** Returns how often it lent. */
  int lent() {
    return lent.get();
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, false, false, true, false);
  }

  @Override
  public KeyMetadata describeKey(DescribeKeyRequest request) {
    if (!material.containsKey(request.keyId())) {
      throw KmsException.of(ErrorKind.KEY_NOT_FOUND, request.keyId());
    }
    return new KeyMetadata(
        request.keyId(),
        KeyState.ENABLED,
        usage,
        "",
        Map.of(),
        Instant.EPOCH,
        null,
        null,
        1,
        "TEST",
        "");
  }

  @Override
  public SecretBytes lendMaterial(String keyId, int version) {
    lent.incrementAndGet();
    return SecretBytes.copyOf(material.get(keyId));
  }

  private static KmsException no() {
    return KmsException.of(ErrorKind.UNSUPPORTED_CAPABILITY, "this backend lends only");
  }

  @Override
  public KeyMetadata createKey(CreateKeyRequest request) {
    throw no();
  }

  @Override
  public EncryptResult encrypt(EncryptRequest request) {
    throw no();
  }

  @Override
  public SecretBytes decrypt(DecryptRequest request) {
    throw no();
  }

  @Override
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    throw no();
  }

  @Override
  public ListKeysResult listKeys(ListKeysRequest request) {
    throw no();
  }

  @Override
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    throw no();
  }

  @Override
  public KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    throw no();
  }

  @Override
  public void healthCheck() {}

  @Override
  public void close() {}
}
