package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.AwsKmsConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the suites do again and again, through the public API. */
final class Services {
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));

  private Services() {}

  static KmsServiceManager running(AwsKmsConfig backend) {
    return running(backend, builder -> builder);
  }

  static KmsServiceManager running(AwsKmsConfig backend, UnaryOperator<KmsConfig.Builder> more) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(
        more.apply(KmsConfig.builder(backend).allowInsecureDevDefaults(true)).build());
    service.start();
    return service;
  }

  /** Makes a data key and opens its blob; returns the blob. */
  static byte[] roundTrip(KmsManager kms, String keyId) {
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of(keyId, CONTEXT));
        SecretBytes again = kms.decrypt(new DecryptRequest(keyId, key.ciphertextBlob(), CONTEXT))) {
      assertThat(again).isEqualTo(key.plaintext());
      return key.ciphertextBlob();
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
