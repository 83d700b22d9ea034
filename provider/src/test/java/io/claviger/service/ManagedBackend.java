package io.claviger.service;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A manager as a backend, so that the contract also holds through caches, policy and listeners. */
final class ManagedBackend implements KmsBackend {
  private final KmsServiceManager service;
  private final KmsManager kms;

  ManagedBackend(KmsServiceManager service) {
    this.service = service;
    this.kms = service.manager();
  }

  @Override
  public KeyMetadata createKey(CreateKeyRequest request) {
    return kms.createKey(request);
  }

  @Override
  public EncryptResult encrypt(EncryptRequest request) {
    return kms.encrypt(request);
  }

  @Override
  public SecretBytes decrypt(DecryptRequest request) {
    return kms.decrypt(request);
  }

  @Override
  public @Nullable String keyIdNamedBy(byte[] ciphertextBlob) {
    return null;
  }

  @Override
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    return kms.generateDataKey(request);
  }

  @Override
  public KeyMetadata describeKey(DescribeKeyRequest request) {
    return kms.describeKey(request.keyId());
  }

  @Override
  public ListKeysResult listKeys(ListKeysRequest request) {
    return kms.listKeys(request);
  }

  @Override
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    return kms.deleteKey(request);
  }

  @Override
  public KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    return kms.cancelKeyDeletion(request.keyId());
  }

  @Override
  public void healthCheck() {
    kms.healthCheck();
  }

  @Override
  public Capabilities capabilities() {
    return kms.capabilities();
  }

  @Override
  public KeyMetadata enableKey(String keyId) {
    return kms.enableKey(keyId);
  }

  @Override
  public KeyMetadata disableKey(String keyId) {
    return kms.disableKey(keyId);
  }

  @Override
  public KeyMetadata rotateKey(String keyId) {
    return kms.rotateKey(keyId);
  }

  @Override
  public KeyMetadata updateDescription(String keyId, String description) {
    return kms.updateDescription(keyId, description);
  }

  @Override
  public KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    return kms.tagKey(keyId, tags);
  }

  @Override
  public KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    return kms.untagKey(keyId, tagNames);
  }

  @Override
  public KeyMetadata importRawKey(ImportKeyRequest request) {
    return kms.importRawKey(request);
  }

  @Override
  public EncryptResult rewrap(DecryptRequest request) {
    return kms.rewrap(request);
  }

  @Override
  public boolean destroyIfDue(String keyId, Instant now) {
    return service.inside(
        g -> {
          try {
            return g.backend.destroyIfDue(keyId, now);
          } finally {
            g.changed(keyId);
          }
        });
  }

  @Override
  public byte[] mac(MacRequest request) {
    return kms.mac(request);
  }

  @Override
  public SecretBytes lendMaterial(String keyId, int version) {
    return kms.lendMaterial(keyId, version, version == 0);
  }

  @Override
  public void close() {
    service.stop();
  }
}
