package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.same.WholeBodies;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
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

/** Objects that the real Amazon S3 Encryption Client wrote, read through the interceptor. */
class ForeignS3ecTest {
  static final SecretKey KEY = new SecretKeySpec(bytes(32), "AES");
  private static final int MAX = 16 << 20;

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
  private final S3Client ours =
      MockStore.with(MockStore.interceptor().importRawKeyOfS3EncryptionClient(KEY, MAX).build());

  /** How it writes; both are read. */
  enum Format {
    V2(
        b ->
            b.encryptionAlgorithm(AlgorithmSuite.ALG_AES_256_GCM_IV12_TAG16_NO_KDF)
                .commitmentPolicy(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)),
    V3(b -> {});

    final Consumer<S3EncryptionClient.Builder> settings;
    final S3Client client;

    Format(Consumer<S3EncryptionClient.Builder> settings) {
      this.settings = settings;
      this.client = theirs(b -> settings.accept(b.aesKey(KEY)));
    }
  }

  private static byte[] bytes(int count) {
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
    write(
        theirs(b -> format.settings.accept(b.aesKey(KEY).enableMultipartPutObject(true))),
        "parts",
        plain);
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
    S3Client limited =
        MockStore.with(
            MockStore.interceptor().importRawKeyOfS3EncryptionClient(KEY, 1_000).build());
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

  @Test
  void anotherKeyDoesNotOpenIt() {
    write("key", bytes(10), Format.V3);
    S3Client other =
        MockStore.with(
            MockStore.interceptor()
                .importRawKeyOfS3EncryptionClient(new SecretKeySpec(new byte[32], "AES"), MAX)
                .build());
    assertThat(refusal(other, "key").formatFailure()).contains(FormatException.Failure.KEY_WRAP);
  }

  @Test
  void anotherWrappingIsNamed() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair rsa = generator.generateKeyPair();
    write(theirs(b -> b.rsaKeyPair(rsa)), "rsa", bytes(10));
    assertThat(refusal(ours, "rsa").formatFailure())
        .contains(FormatException.Failure.UNKNOWN_VERSION);
    assertThat(refusal(ours, "rsa")).hasMessageContaining("x-amz-w").hasMessageContaining("22");
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheOptionItIsRefusedAndNeverTakenForPlaintext(PlaintextObjects policy) {
    write("no option", bytes(10), Format.V3);
    S3Client without = MockStore.with(MockStore.interceptor().plaintextObjects(policy).build());
    assertThat(refusal(without, "no option").failure()).isEqualTo(Failure.NOT_SEALED);
    assertThat(refusal(without, "no option"))
        .hasMessageContaining("importRawKeyOfS3EncryptionClient");
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
  void theOptionRefusesWhatItCannotUse() {
    assertThatThrownBy(
            () ->
                MockStore.interceptor()
                    .importRawKeyOfS3EncryptionClient(new SecretKeySpec(new byte[16], "AES"), MAX))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32")
        .hasMessageContaining("16");
    assertThatThrownBy(() -> MockStore.interceptor().importRawKeyOfS3EncryptionClient(KEY, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 GiB");
  }
}
