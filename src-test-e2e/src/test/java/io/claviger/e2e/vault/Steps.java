package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the suites do again and again, through the public API. */
final class Steps {
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));

  private Steps() {}

  static VaultConfig kv2(URI address, AuthMethod login) {
    return VaultConfig.of(VaultConnection.of(address, login));
  }

  static VaultTransitConfig transit(URI address, AuthMethod login) {
    return VaultTransitConfig.of(VaultConnection.of(address, login));
  }

  /** Returns a running service without caches: every call reaches the backend. */
  static KmsServiceManager running(BackendConfig backend, UnaryOperator<KmsConfig.Builder> more) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(config(backend, more));
    service.start();
    return service;
  }

  static KmsConfig config(BackendConfig backend, UnaryOperator<KmsConfig.Builder> more) {
    return more.apply(
            KmsConfig.builder(backend)
                .allowInsecureDevDefaults(true)
                .allowImmediateDeletion(true)
                .enableCache(false)
                .timeout(Duration.ofSeconds(20)))
        .build();
  }

  static KmsServiceManager running(BackendConfig backend) {
    return running(backend, builder -> builder);
  }

  /** Makes a data key and opens its blob; returns the blob. */
  static byte[] roundTrip(KmsManager kms, String keyId) {
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of(keyId, CONTEXT))) {
      byte[] blob = key.ciphertextBlob();
      assertThat(open(kms, keyId, blob)).isEqualTo(key.plaintext().toByteArray());
      return blob;
    }
  }

  static byte[] open(KmsManager kms, String keyId, byte[] blob) {
    try (SecretBytes opened = kms.decrypt(new DecryptRequest(keyId, blob, CONTEXT))) {
      return opened.toByteArray();
    }
  }

  /** Asserts a refusal of this kind and returns it for its message. */
  static KmsException refused(ErrorKind kind, ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).as("expected %s", kind).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    return e;
  }
}
