package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.LocalStackServer;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.encryption.s3.CommitmentPolicy;
import software.amazon.encryption.s3.S3EncryptionClient;
import software.amazon.encryption.s3.algorithms.AlgorithmSuite;
import software.amazon.encryption.s3.materials.KmsKeyring;

/**
 * 204 objects that the Amazon S3 Encryption Client itself wrote to a real store, under AES, RSA and
 * a real key service's keys, in both formats, with and without contexts, empty to 64 MiB: all open,
 * by both kinds of client, and nothing that was changed does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3ecObjectsIT {
  private static final String BUCKET = "s3ec-objects";
  private static final int LARGEST = 64 << 20;
  private static final int[] SIZES = sizes();
  private static final Map<String, String> TENANT = Map.of("tenant", "north", "purpose", "a/b c");
  private static final byte[] PLAIN = new byte[LARGEST];

  /** Without one of these nothing opens. */
  private static final Set<String> NEEDED =
      Set.of(
          "x-amz-key-v2",
          "x-amz-iv",
          "x-amz-cek-alg",
          "x-amz-wrap-alg",
          "x-amz-3",
          "x-amz-c",
          "x-amz-w",
          "x-amz-d",
          "x-amz-i");

  private static final Set<String> CONTEXTS = Set.of("x-amz-matdesc", "x-amz-t");

  private URI endpoint;
  private KmsClient kms;
  private String keyArn;
  private KeyPair rsa;
  private S3Client plain;
  private S3Client ours;
  private S3AsyncClient oursAsync;

  /** What it wraps data keys under, and its message format. */
  enum Kind {
    AES_2,
    AES_3,
    RSA_2,
    RSA_3,
    KMS_2,
    KMS_3;

    boolean isOf(String wrapping) {
      return name().startsWith(wrapping);
    }
  }

  private static int[] sizes() {
    int[] sizes = new int[34];
    int[] fixed = {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 1 << 20, (5 << 20) + 1, LARGEST};
    Random random = new Random(200);
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = i < fixed.length ? fixed[i] : random.nextInt(300_000);
    }
    return sizes;
  }

  @BeforeAll
  void start() throws Exception {
    endpoint = LocalStackServer.http();
    kms =
        KmsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    keyArn = kms.createKey(b -> b.description("objects of others")).keyMetadata().arn();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(3072);
    rsa = generator.generateKeyPair();
    plain = E2e.plain(endpoint);
    plain.createBucket(b -> b.bucket(BUCKET));
    ClavigerInterceptor reader = E2e.builder(keys(LARGEST)).build();
    ours = E2e.plain(endpoint, reader);
    oursAsync = E2e.plainAsync(endpoint, reader);
    new Random(1).nextBytes(PLAIN);
  }

  @AfterAll
  void stop() {
    kms.close();
    plain.close();
    ours.close();
    oursAsync.close();
  }

  private S3EncryptionClientKeys keys(int max) {
    return S3EncryptionClientKeys.objectsUpTo(max)
        .aes(Both.THEIR_KEY)
        .rsa(rsa.getPrivate())
        .kms((blob, context) -> decrypt(keyArn, blob, context));
  }

  private byte[] decrypt(String key, byte[] blob, Map<String, String> context) {
    try {
      return kms.decrypt(
              b ->
                  b.keyId(key)
                      .ciphertextBlob(SdkBytes.fromByteArray(blob))
                      .encryptionContext(context))
          .plaintext()
          .asByteArray();
    } catch (InvalidCiphertextException e) {
      throw KmsException.of(ErrorKind.NOT_AUTHENTIC, "AWS KMS does not open this data key", e);
    }
  }

  private S3Client theirs(Kind kind) {
    return Both.theirsUnder(endpoint, builder -> configure(builder, kind));
  }

  private void configure(S3EncryptionClient.Builder theirs, Kind kind) {
    if (kind.isOf("AES")) {
      theirs.aesKey(Both.THEIR_KEY);
    } else if (kind.isOf("RSA")) {
      theirs.rsaKeyPair(rsa);
    } else {
      theirs.keyring(KmsKeyring.builder().kmsClient(kms).wrappingKeyId(keyArn).build());
    }
    if (kind.name().endsWith("2")) {
      theirs
          .encryptionAlgorithm(AlgorithmSuite.ALG_AES_256_GCM_IV12_TAG16_NO_KDF)
          .commitmentPolicy(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
    }
  }

  private static String name(Kind kind, int number) {
    return "%s/%d with blanks & %%".formatted(kind, number);
  }

  private static Map<String, String> context(Kind kind, int number) {
    return kind.isOf("KMS") && number % 2 == 1 ? TENANT : Map.of();
  }

  private void write(S3Client theirs, String key, int size, Map<String, String> context) {
    theirs.putObject(
        b -> {
          b.bucket(BUCKET).key(key).metadata(Map.of("mine", "kept"));
          if (!context.isEmpty()) {
            b.overrideConfiguration(S3EncryptionClient.withAdditionalConfiguration(context));
          }
        },
        RequestBody.fromBytes(Arrays.copyOf(PLAIN, size)));
  }

  @ParameterizedTest
  @EnumSource
  void allThatItWroteOpens(Kind kind) {
    try (S3Client theirs = theirs(kind)) {
      for (int i = 0; i < SIZES.length; i++) {
        write(theirs, name(kind, i), SIZES[i], context(kind, i));
      }
    }
    int opened = 0;
    for (int i = 0; i < SIZES.length; i++) {
      String key = name(kind, i);
      byte[] expected = Arrays.copyOf(PLAIN, SIZES[i]);
      assertThat(Arrays.equals(get(key), expected)).as(key).isTrue();
      byte[] later =
          oursAsync
              .getObject(b -> b.bucket(BUCKET).key(key), AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray();
      assertThat(Arrays.equals(later, expected)).as(key).isTrue();
      HeadObjectResponse head = ours.headObject(b -> b.bucket(BUCKET).key(key));
      assertThat(head.contentLength()).isEqualTo(SIZES[i]);
      assertThat(head.metadata()).isEqualTo(Map.of("mine", "kept"));
      opened++;
    }
    assertThat(opened).isEqualTo(34);
  }

  private byte[] get(String key) {
    return ours.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
  }

  private Failure refusal(S3Client client, String key) {
    Map<String, Failure> found = new LinkedHashMap<>();
    assertThatThrownBy(() -> client.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)))
        .as(key)
        .asInstanceOf(InstanceOfAssertFactories.type(ClavigerS3Exception.class))
        .satisfies(e -> found.put(key, e.failure()));
    return found.get(key);
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatWasChangedOpens(Kind kind) {
    String key = "changed/" + kind;
    try (S3Client theirs = theirs(kind)) {
      write(theirs, key, 1_000, context(kind, 1));
      write(theirs, key + "/other", 1_000, context(kind, 0));
    }
    byte[] stored = plain.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
    Map<String, String> metadata = plain.headObject(b -> b.bucket(BUCKET).key(key)).metadata();
    Map<String, String> other =
        plain.headObject(b -> b.bucket(BUCKET).key(key + "/other")).metadata();
    for (int at : new int[] {0, 500, 999, 1_000, 1_015}) {
      byte[] changed = stored.clone();
      changed[at] ^= 1;
      store(key, changed, metadata);
      assertThat(refusal(ours, key)).isEqualTo(Failure.NOT_AUTHENTIC);
    }
    store(key, Arrays.copyOf(stored, stored.length - 1), metadata);
    assertThat(refusal(ours, key)).isEqualTo(Failure.NOT_AUTHENTIC);
    store(key, stored, other);
    assertThat(refusal(ours, key)).as("metadata of another").isEqualTo(Failure.NOT_AUTHENTIC);
    int needed = 0;
    for (String name : metadata.keySet()) {
      if (NEEDED.contains(name) || kind.isOf("KMS") && CONTEXTS.contains(name)) {
        needed++;
        Map<String, String> without = new HashMap<>(metadata);
        without.remove(name);
        store(key, stored, without);
        assertThatThrownBy(() -> get(key)).as("without " + name).isNotNull();
      }
    }
    int context = kind.isOf("KMS") ? 1 : 0;
    assertThat(needed).isEqualTo((kind.name().endsWith("2") ? 4 : 5) + context);
    store(key, stored, metadata);
    assertThat(get(key)).isEqualTo(Arrays.copyOf(PLAIN, 1_000));
  }

  private void store(String key, byte[] body, Map<String, String> metadata) {
    plain.putObject(b -> b.bucket(BUCKET).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }

  @Test
  void anotherKeyOrContextDoesNotOpenIt() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(3072);
    String otherArn = kms.createKey().keyMetadata().arn();
    S3EncryptionClientKeys others =
        S3EncryptionClientKeys.objectsUpTo(1 << 20)
            .aes(new SecretKeySpec(Arrays.copyOf(PLAIN, 32), "AES"))
            .rsa(generator.generateKeyPair().getPrivate())
            .kms((blob, context) -> decrypt(otherArn, blob, context));
    try (S3Client reader = E2e.plain(endpoint, E2e.builder(others).build())) {
      for (Kind kind : Kind.values()) {
        String key = "key/" + kind;
        try (S3Client theirs = theirs(kind)) {
          write(theirs, key, 100, context(kind, 1));
        }
        assertThat(get(key)).hasSize(100);
        assertThatThrownBy(() -> reader.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)))
            .as(key)
            .isNotNull();
        assertThat(under(Map.of(), key)).as(key).isEqualTo(!kind.isOf("KMS"));
        assertThat(under(TENANT, key)).as(key).isEqualTo(kind.isOf("KMS"));
      }
    }
  }

  /** Whether the object opens for a request that states {@code context}. */
  private boolean under(Map<String, String> context, String key) {
    try {
      ours.getObjectAsBytes(
          b ->
              b.bucket(BUCKET)
                  .key(key)
                  .overrideConfiguration(
                      c ->
                          c.putExecutionAttribute(
                              RequestAttributes.ENCRYPTION_CONTEXT,
                              EncryptionContext.of(context))));
      return true;
    } catch (ClavigerS3Exception e) {
      assertThat(e.failure()).isEqualTo(Failure.POLICY);
      return false;
    }
  }
}
