package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.same.WholeBodies;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.CommitmentPolicy;
import software.amazon.encryption.s3.S3EncryptionClient;
import software.amazon.encryption.s3.algorithms.AlgorithmSuite;
import software.amazon.encryption.s3.materials.KmsKeyring;

/**
 * Objects that the real Amazon S3 Encryption Client writes, under each of its keys and formats, and
 * a client that reads them.
 */
abstract class ForeignObjects {
  static final SecretKey KEY = new SecretKeySpec(bytes(32), "AES");
  static final KeyPair RSA = rsa(2048);
  static final LocalKms KMS = new LocalKms();
  static final int MAX = 16 << 20;

  /** Shared and never closed: theirs closes what it wraps. */
  private static final S3AsyncClient ASYNC =
      S3AsyncClient.builder()
          .endpointOverride(MockStore.endpoint())
          .region(Region.US_EAST_1)
          .forcePathStyle(true)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .overrideConfiguration(c -> c.addExecutionInterceptor(new WholeBodies()))
          .build();

  final String bucket = MockStore.bucket();
  final S3Client ours = ours(keys(MAX));

  /** Under what it wraps data keys, and the version of its message format; all are read. */
  enum Format {
    V2(Format::version2, b -> b.aesKey(KEY)),
    V3(b -> {}, b -> b.aesKey(KEY)),
    RSA_V2(Format::version2, b -> b.rsaKeyPair(RSA)),
    RSA_V3(b -> {}, b -> b.rsaKeyPair(RSA)),
    KMS_V2(Format::version2, b -> b.keyring(underKms(KMS))),
    KMS_V3(b -> {}, b -> b.keyring(underKms(KMS)));

    final Consumer<S3EncryptionClient.Builder> settings;
    final S3Client client;

    Format(Consumer<S3EncryptionClient.Builder> version, Consumer<S3EncryptionClient.Builder> key) {
      this.settings = version.andThen(key);
      this.client = theirs(settings);
    }

    private static void version2(S3EncryptionClient.Builder builder) {
      builder
          .encryptionAlgorithm(AlgorithmSuite.ALG_AES_256_GCM_IV12_TAG16_NO_KDF)
          .commitmentPolicy(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
    }
  }

  private static KmsKeyring underKms(LocalKms kms) {
    return KmsKeyring.builder().kmsClient(kms).wrappingKeyId(LocalKms.KEY_ID).build();
  }

  static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static S3EncryptionClientKeys keys(int max) {
    return S3EncryptionClientKeys.objectsUpTo(max).aes(KEY).rsa(RSA.getPrivate()).kms(KMS::decrypt);
  }

  static S3Client ours(S3EncryptionClientKeys keys) {
    return MockStore.with(MockStore.interceptor().s3EncryptionClient(keys).build());
  }

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  static S3Client theirs(Consumer<S3EncryptionClient.Builder> settings) {
    S3EncryptionClient.Builder theirs =
        S3EncryptionClient.builderV4().wrappedClient(MockStore.PLAIN).wrappedAsyncClient(ASYNC);
    settings.accept(theirs);
    return theirs.build();
  }

  void write(S3Client theirs, String key, byte[] plain) {
    theirs.putObject(
        b -> b.bucket(bucket).key(key).metadata(Map.of("mine", "kept")),
        RequestBody.fromBytes(plain));
  }

  void write(String key, byte[] plain, Format format) {
    write(format.client, key, plain);
  }

  ClavigerS3Exception refusal(S3Client client, String key) {
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> MockStore.get(client, bucket, key));
    assertThat(e).as("refused").isNotNull();
    return e;
  }

  void store(String key, byte[] body, Map<String, String> metadata) {
    MockStore.PLAIN.putObject(
        b -> b.bucket(bucket).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }
}
