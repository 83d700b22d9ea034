package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.format.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.same.WholeBodies;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.encryption.s3.CommitmentPolicy;
import software.amazon.encryption.s3.S3EncryptionClient;
import software.amazon.encryption.s3.algorithms.AlgorithmSuite;
import software.amazon.encryption.s3.materials.KmsKeyring;

/** Objects that the real Amazon S3 Encryption Client wrote, read through the interceptor. */
class ForeignS3ecTest {
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

  private final String bucket = MockStore.bucket();
  private final S3Client ours = ours(keys(MAX));

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

  private static KeyPair rsa(int bits) {
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

  private static S3Client theirs(Consumer<S3EncryptionClient.Builder> settings) {
    S3EncryptionClient.Builder theirs =
        S3EncryptionClient.builderV4().wrappedClient(MockStore.PLAIN).wrappedAsyncClient(ASYNC);
    settings.accept(theirs);
    return theirs.build();
  }

  private void write(S3Client theirs, String key, byte[] plain) {
    theirs.putObject(
        b -> b.bucket(bucket).key(key).metadata(Map.of("mine", "kept")),
        RequestBody.fromBytes(plain));
  }

  private void write(String key, byte[] plain, Format format) {
    write(format.client, key, plain);
  }

  private ClavigerS3Exception refusal(S3Client client, String key) {
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> MockStore.get(client, bucket, key));
    assertThat(e).as("refused").isNotNull();
    return e;
  }

  @ParameterizedTest
  @EnumSource
  void whatItWroteIsRead(Format format) {
    for (int size : new int[] {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 1 << 20}) {
      write("k" + size, bytes(size), format);
      assertThat(MockStore.get(ours, bucket, "k" + size)).isEqualTo(bytes(size));
      HeadObjectResponse head = ours.headObject(b -> b.bucket(bucket).key("k" + size));
      assertThat(head.contentLength()).isEqualTo(size);
      assertThat(head.metadata()).isEqualTo(Map.of("mine", "kept"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatItWroteInPartsIsRead(Format format) {
    byte[] plain = bytes(11 << 20);
    write(theirs(b -> format.settings.accept(b.enableMultipartPutObject(true))), "parts", plain);
    assertThat(MockStore.stored(bucket, "parts").response().eTag()).contains("-");
    assertThat(MockStore.get(ours, bucket, "parts")).isEqualTo(plain);
  }

  @ParameterizedTest
  @EnumSource
  void anyBitThatChangesIsNoticed(Format format) {
    write("bits", bytes(100), format);
    byte[] stored = MockStore.stored(bucket, "bits").asByteArray();
    Map<String, String> metadata = MockStore.stored(bucket, "bits").response().metadata();
    for (int at : new int[] {0, 50, 99, 100, 115}) {
      byte[] changed = stored.clone();
      changed[at] ^= 1;
      store("bits", changed, metadata);
      assertThat(refusal(ours, "bits").failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    }
    for (String name : new String[] {"x-amz-key-v2", "x-amz-iv", "x-amz-3", "x-amz-d", "x-amz-i"}) {
      if (metadata.containsKey(name)) {
        byte[] value = Base64.getDecoder().decode(metadata.get(name));
        value[value.length / 2] ^= 1;
        Map<String, String> changed = new HashMap<>(metadata);
        changed.put(name, Base64.getEncoder().encodeToString(value));
        store("bits", stored, changed);
        assertThat(refusal(ours, "bits").failure()).as(name).isEqualTo(Failure.NOT_AUTHENTIC);
      }
    }
    store("bits", stored, metadata);
    assertThat(MockStore.get(ours, bucket, "bits")).isEqualTo(bytes(100));
  }

  private void store(String key, byte[] body, Map<String, String> metadata) {
    MockStore.PLAIN.putObject(
        b -> b.bucket(bucket).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }

  @ParameterizedTest
  @EnumSource
  void theLimitIsExact(Format format) {
    S3Client limited = ours(keys(1_000));
    write("fits", bytes(1_000), format);
    write("large", bytes(1_001), format);
    assertThat(MockStore.get(limited, bucket, "fits")).isEqualTo(bytes(1_000));
    assertThat(refusal(limited, "large").formatFailure())
        .contains(FormatException.Failure.TOO_LARGE);
    assertThat(refusal(limited, "large")).hasMessageContaining("1001").hasMessageContaining("1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-9", "bytes=5-", "bytes=-5"})
  void rangesAreRefused(String range) {
    write("range", bytes(100), Format.V3);
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> ours.getObjectAsBytes(b -> b.bucket(bucket).key("range").range(range)));
    assertThat(e.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(e).hasMessageContaining("whole");
  }

  @ParameterizedTest
  @EnumSource
  void anotherKeyDoesNotOpenIt(Format format) {
    write("key", bytes(10), format);
    S3Client other =
        ours(
            S3EncryptionClientKeys.objectsUpTo(MAX)
                .aes(new SecretKeySpec(new byte[32], "AES"))
                .rsa(rsa(2048).getPrivate())
                .kms(new LocalKms()::decrypt));
    assertThat(refusal(other, "key").failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    assertThat(refusal(other, "key")).hasMessageContaining("does not open");
  }

  @ParameterizedTest
  @EnumSource
  void aWrappingWithoutKeyIsNamed(Format format) {
    write("unknown", bytes(10), format);
    S3Client without = ours(S3EncryptionClientKeys.objectsUpTo(MAX));
    assertThat(refusal(without, "unknown").formatFailure())
        .contains(FormatException.Failure.UNKNOWN_VERSION);
    assertThat(refusal(without, "unknown"))
        .hasMessageContaining(
            format.name().startsWith("RSA")
                ? "RSA-OAEP-SHA1"
                : format.name().startsWith("KMS") ? "kms+context" : "AES/GCM");
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheOptionItIsRefusedAndNeverTakenForPlaintext(PlaintextObjects policy) {
    write("no option", bytes(10), Format.V3);
    S3Client without = MockStore.with(MockStore.interceptor().plaintextObjects(policy).build());
    assertThat(refusal(without, "no option").failure()).isEqualTo(Failure.NOT_SEALED);
    assertThat(refusal(without, "no option")).hasMessageContaining("s3EncryptionClient");
    assertThatThrownBy(
            () ->
                without.copyObject(
                    b ->
                        b.sourceBucket(bucket)
                            .sourceKey("no option")
                            .destinationBucket(bucket)
                            .destinationKey("copy")))
        .isInstanceOf(ClavigerS3Exception.class);
  }

  @Test
  void movingOverIsReadingAndWriting() {
    byte[] plain = bytes(70_000);
    write("move", plain, Format.V3);
    ours.putObject(
        b -> b.bucket(bucket).key("move"),
        RequestBody.fromBytes(MockStore.get(ours, bucket, "move")));
    assertThat(MockStore.stored(bucket, "move").asByteArray()).startsWith('C', 'L', 'V', 'G');
    assertThat(MockStore.get(MockStore.with(MockStore.interceptor().build()), bucket, "move"))
        .isEqualTo(plain);
  }

  @Test
  void theOptionRefusesWhatItCannotUse() throws Exception {
    S3EncryptionClientKeys none = S3EncryptionClientKeys.objectsUpTo(MAX);
    assertThatThrownBy(() -> none.aes(new SecretKeySpec(new byte[16], "AES")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32")
        .hasMessageContaining("16");
    KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
    assertThatThrownBy(() -> none.rsa(curve.generateKeyPair().getPrivate()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EC");
    for (int limit : new int[] {0, (1 << 30) + 1}) {
      assertThatThrownBy(() -> S3EncryptionClientKeys.objectsUpTo(limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 GiB");
    }
  }
}
