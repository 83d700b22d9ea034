package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.s3.Rewrap;
import io.claviger.service.KmsServiceManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The rights of {@code docs/aws-kms.md} by what programs do, with moto's IAM: objects, copies and
 * re-wraps over a real store, ciphers and MACs. Each passes with its rights, and without any of
 * them it fails by a sentence that names the one that is missing.
 */
class RightsOfUseIT {
  private static final String BUCKET = "aws-kms-rights";
  private static final byte[] MESSAGE = {3, 1, 4};

  private static MotoIam iam;
  private static S3Client plain;
  private static String arn;
  private static String macArn;

  private interface Work {
    void with(KmsServiceManager service) throws Exception;
  }

  private enum Use {
    PUT(s -> put(s, true, "new"), "DescribeKey", "GenerateDataKey"),
    PUT_WITHOUT_BUCKET_KEY(s -> put(s, false, "new"), "GenerateDataKey"),
    GET(s -> get(s, "bucket-key"), "DescribeKey", "Decrypt"),
    GET_WITHOUT_BUCKET_KEY(s -> get(s, "own-key"), "DescribeKey", "Decrypt"),
    COPY(RightsOfUseIT::copy, "DescribeKey", "Decrypt", "GenerateDataKey"),
    REWRAP(s -> rewrap(s, true, "bucket-key"), "DescribeKey", "Decrypt", "GenerateDataKey"),
    REWRAP_WITHOUT_BUCKET_KEY(
        s -> rewrap(s, false, "own-key"), "DescribeKey", "Decrypt", "Encrypt"),
    CIPHER_KMS(s -> cipher(s, "KMS"), "DescribeKey", "Encrypt", "Decrypt"),
    CIPHER_ENVELOPE(s -> cipher(s, "KMSEnvelope"), "DescribeKey", "GenerateDataKey", "Decrypt"),
    MAC(RightsOfUseIT::mac, "DescribeKey", "GenerateMac");

    private final Work work;
    private final List<String> rights;

    Use(Work work, String... rights) {
      this.work = work;
      this.rights = Arrays.stream(rights).map("kms:"::concat).toList();
    }
  }

  private static void put(KmsServiceManager service, boolean bucketKeys, String name) {
    try (S3Client s3 = Services.sealing(service, bucketKeys)) {
      s3.putObject(b -> b.bucket(BUCKET).key(name), RequestBody.fromString(name));
    }
  }

  private static void get(KmsServiceManager service, String name) {
    try (S3Client s3 = Services.sealing(service, true)) {
      assertThat(s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(name)).asUtf8String())
          .isEqualTo(name);
    }
  }

  private static void copy(KmsServiceManager service) {
    try (S3Client s3 = Services.sealing(service, true)) {
      s3.copyObject(
          b ->
              b.sourceBucket(BUCKET)
                  .sourceKey("bucket-key")
                  .destinationBucket(BUCKET)
                  .destinationKey("copy"));
    }
  }

  private static void rewrap(KmsServiceManager service, boolean bucketKeys, String name) {
    try (S3Client s3 = Services.sealing(service, bucketKeys)) {
      Rewrap.with(s3).object(BUCKET, name);
    }
  }

  private static void cipher(KmsServiceManager service, String transformation) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(service);
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.ENCRYPT_MODE, provider.key(arn));
    byte[] sealed = cipher.doFinal(MESSAGE);
    Cipher back = Cipher.getInstance(transformation, provider);
    back.init(Cipher.DECRYPT_MODE, provider.key(arn), cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(MESSAGE);
  }

  private static void mac(KmsServiceManager service) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(service);
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(provider.key(macArn));
    assertThat(mac.doFinal(MESSAGE)).hasSize(32);
  }

  /** Works in a process that remembers nothing. */
  private static void run(AwsKmsConfig config, Work work) throws Exception {
    KmsServiceManager service =
        Services.running(config, b -> arn == null ? b : b.defaultKeyId(arn));
    try {
      work.with(service);
    } finally {
      service.stop();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    plain = E2e.plain(KmsServer.LOCALSTACK.http());
    plain.createBucket(b -> b.bucket(BUCKET));
    iam = new MotoIam();
    run(
        iam.administrator(),
        s -> {
          arn = s.manager().createKey(CreateKeyRequest.generated()).keyId();
          macArn =
              s.manager()
                  .createKey(CreateKeyRequest.generated().withUsage(KeyUsage.SIGN_VERIFY))
                  .keyId();
        });
    run(
        iam.administrator(),
        s -> {
          put(s, true, "bucket-key");
          put(s, false, "own-key");
        });
  }

  @AfterAll
  static void stop() {
    plain.close();
    arn = null;
  }

  @ParameterizedTest
  @EnumSource(Use.class)
  void itsRightsAreEnoughAndEachThatIsMissingIsNamed(Use use) throws Exception {
    iam.allow(use.rights);
    run(iam.user(), use.work);
    for (String removed : use.rights) {
      List<String> left = new ArrayList<>(use.rights);
      left.remove(removed);
      iam.allow(left.isEmpty() ? List.of("kms:Nothing") : left);
      Throwable e = catchThrowable(() -> run(iam.user(), use.work));
      assertThat(e).as("without %s", removed).isNotNull();
      KmsException failure = Services.kmsFailure(e);
      assertThat(failure.kind()).isEqualTo(ErrorKind.ACCESS_DENIED);
      assertThat(failure)
          .hasMessageContaining(removed + ",")
          .hasMessageContaining("docs/aws-kms.md");
      assertThat(sentences(e)).as("what a program prints").contains(removed);
    }
  }

  private static String sentences(Throwable e) {
    return e.getMessage() + (e.getCause() == null ? "" : e.getCause().getMessage());
  }
}
