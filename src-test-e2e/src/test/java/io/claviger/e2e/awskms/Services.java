package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.KmsConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

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

  /** Returns a client over LocalStack's S3 that seals with the keys of {@code service}. */
  static S3Client sealing(KmsServiceManager service, boolean bucketKeys) {
    return sealing(KmsServer.LOCALSTACK.http(), service, bucketKeys);
  }

  /** The same over another store. */
  static S3Client sealing(URI store, KmsServiceManager service, boolean bucketKeys) {
    return E2e.plain(
        store,
        ClavigerInterceptor.builder()
            .provider(new ClavigerProvider(service))
            .bucketKeys(bucketKeys)
            .httpClient(E2e.trusting())
            .build());
  }

  /** Returns a client of the KMS itself, in the account of these settings. */
  static KmsClient administrator(AwsKmsConfig config) {
    AccessKey key = (AccessKey) config.credentials();
    return KmsClient.builder()
        .region(Region.of(String.valueOf(config.region())))
        .endpointOverride(config.endpointUrl())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.accessKeyId(), "secret")))
        .build();
  }

  /** Returns our failure among the causes of an exception of the SDK. */
  static KmsException kmsFailure(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof KmsException failure) {
        return failure;
      }
    }
    throw new AssertionError("no failure of the key service", e);
  }

  /** Asserts a refusal of this kind and returns it for its message. */
  static KmsException refused(ErrorKind kind, ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).as("expected %s", kind).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    return e;
  }
}
