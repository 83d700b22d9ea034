package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects in LocalStack's S3 with keys in its KMS, and what they cost there. */
class S3KeysIT {
  private static final String BUCKET = "aws-kms-keys";
  private static final int DATA_KEYS = 100_000;
  private static final int OBJECTS = 200;

  private final String account = KmsServer.freshAccount();
  private final CountedKms counted = new CountedKms(KmsServer.LOCALSTACK.http());
  private final AwsKmsConfig config =
      KmsServer.LOCALSTACK.configOf(account).withEndpointUrl(counted.url());
  private final S3Client plain = E2e.plain(KmsServer.LOCALSTACK.http());
  private KmsServiceManager service;
  private String arn;

  @BeforeEach
  void start() {
    plain.createBucket(b -> b.bucket(BUCKET));
    service = Services.running(config, b -> b.defaultKeyId("alias/orders"));
    arn = service.manager().createKey("orders").keyId();
  }

  @AfterEach
  void stop() {
    service.stop();
    counted.close();
    plain.close();
  }

  private String keyIdOf(String object) {
    return URLDecoder.decode(
        plain.headObject(b -> b.bucket(BUCKET).key(object)).metadata().get("claviger-key"),
        StandardCharsets.UTF_8);
  }

  private static String text(S3Client s3, String object) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(object)).asUtf8String();
  }

  @Test
  void theArnIsStoredAndAnAliasThatMovesChangesNothing() {
    try (S3Client s3 = Services.sealing(service, true);
        KmsClient admin =
            KmsClient.builder()
                .region(Region.of(KmsServer.REGION))
                .endpointOverride(KmsServer.LOCALSTACK.http())
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "s")))
                .build()) {
      s3.putObject(b -> b.bucket(BUCKET).key("one"), RequestBody.fromString("first"));
      assertThat(keyIdOf("one")).isEqualTo(arn);
      String next = service.manager().createKey("next").keyId();
      admin.deleteAlias(b -> b.aliasName("alias/orders"));
      admin.createAlias(b -> b.aliasName("alias/orders").targetKeyId(next));
      KmsServiceManager later = Services.running(config, b -> b.defaultKeyId("alias/orders"));
      try (S3Client again = Services.sealing(later, true)) {
        assertThat(text(again, "one")).isEqualTo("first");
        again.putObject(b -> b.bucket(BUCKET).key("two"), RequestBody.fromString("second"));
        assertThat(keyIdOf("two")).isEqualTo(next);
        assertThat(text(s3, "two")).isEqualTo("second");
      }
      later.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ARN", "ID", "alias/reports", "reports", "ALIAS ARN"})
  void theKeyOfARequestMayBeNamedInEveryWay(String form) {
    String reports = service.manager().createKey("reports").keyId();
    String asked =
        switch (form) {
          case "ARN" -> reports;
          case "ID" -> reports.substring(reports.indexOf('/') + 1);
          case "ALIAS ARN" -> reports.substring(0, reports.indexOf(":key/")) + ":alias/reports";
          default -> form;
        };
    try (S3Client s3 = Services.sealing(service, true)) {
      s3.putObject(
          b ->
              b.bucket(BUCKET)
                  .key("r")
                  .serverSideEncryption("aws:kms")
                  .ssekmsKeyId(asked)
                  .ssekmsEncryptionContext("eyJ0ZW5hbnQiOiJhIn0="),
          RequestBody.fromString("report"));
      assertThat(keyIdOf("r")).isEqualTo(reports);
      assertThat(text(s3, "r")).isEqualTo("report");
      s3.copyObject(
          b ->
              b.sourceBucket(BUCKET)
                  .sourceKey("r")
                  .destinationBucket(BUCKET)
                  .destinationKey("copy")
                  .serverSideEncryption("aws:kms")
                  .ssekmsKeyId(arn));
      assertThat(keyIdOf("copy")).isEqualTo(arn);
      assertThat(text(s3, "copy")).isEqualTo("report");
    }
  }

  @Test
  void keysThatAreNotThereOrDisabledAreRefusedAsS3Does() {
    String missing = arn.substring(0, arn.length() - 1) + (arn.endsWith("0") ? "1" : "0");
    service.manager().createKey("off");
    service.manager().disableKey("off");
    try (S3Client s3 = Services.sealing(service, true)) {
      for (Map.Entry<String, String> wrong :
          Map.of(missing, "KMS.NotFoundException", "alias/off", "KMS.DisabledException")
              .entrySet()) {
        assertThatThrownBy(
                () ->
                    s3.putObject(
                        b ->
                            b.bucket(BUCKET)
                                .key("x")
                                .serverSideEncryption("aws:kms")
                                .ssekmsKeyId(wrong.getKey()),
                        RequestBody.fromString("x")))
            .isInstanceOfSatisfying(
                S3Exception.class,
                e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(wrong.getValue()));
      }
    }
  }

  @Test
  void aRewrapMovesObjectsToAnotherKeyWithoutTheirBytes(@TempDir Path folder) throws IOException {
    String next = service.manager().createKey("next").keyId();
    try (S3Client s3 = Services.sealing(service, true)) {
      for (String name : new String[] {"a/1", "a/2", "a/3"}) {
        s3.putObject(b -> b.bucket(BUCKET).key(name), RequestBody.fromString(name));
      }
      Plan plan =
          new Plan(
              new ListingSource(BUCKET, "a/", false),
              RewrapJob.toKey("alias/next"),
              Limits.DEFAULT);
      BulkRunner runner = BulkRunner.with(Clients.of(plain, s3));
      RunResult first = runner.run(plan, folder.resolve("first"));
      assertThat(first.counts().of(Status.DONE)).as("%s", first).isEqualTo(3);
      RunResult second = runner.run(plan, folder.resolve("second"));
      assertThat(second.counts().of(Status.ALREADY_SO)).as("%s", second).isEqualTo(3);
      assertThat(keyIdOf("a/2")).isEqualTo(next);
      assertThat(text(s3, "a/2")).isEqualTo("a/2");
    }
  }

  /** One call for a bucket key, whatever is sealed under it; one more for who reads it. */
  @Test
  void bucketKeysCostOneCallForManyObjects() {
    try (S3Client s3 = Services.sealing(service, true)) {
      counted.forget();
      for (int i = 0; i < OBJECTS; i++) {
        String name = "n/" + i;
        s3.putObject(b -> b.bucket(BUCKET).key(name), RequestBody.fromString(name));
      }
      assertThat(counted.of("GenerateDataKey")).isEqualTo(1);
      assertThat(counted.of("Decrypt") + counted.of("Encrypt")).isZero();
    }
    KmsServiceManager reader = Services.running(config);
    try (S3Client s3 = Services.sealing(reader, true)) {
      counted.forget();
      for (int i = 0; i < OBJECTS; i++) {
        assertThat(text(s3, "n/" + i)).isEqualTo("n/" + i);
      }
      assertThat(counted.of("Decrypt")).isEqualTo(1);
      assertThat(counted.of("GenerateDataKey")).isZero();
    }
    reader.stop();
  }

  @Test
  void aHundredThousandDataKeysCostOneCall() {
    EncryptionService encryption = new EncryptionService(new ClavigerProvider(service));
    counted.forget();
    for (int i = 0; i < DATA_KEYS; i++) {
      encryption.sealObject(underBucketKey(new ObjectName(BUCKET, "o/" + i)), 0);
    }
    assertThat(counted.of("GenerateDataKey")).isEqualTo(1);
    assertThat(counted.of("Encrypt") + counted.of("Decrypt")).isZero();
    assertThat(counted.of("DescribeKey")).as("looks at the key's state").isLessThan(60);
  }

  private static SealRequest underBucketKey(ObjectName name) {
    return new SealRequest(
        name, null, EncryptionContext.empty(), NameBinding.OBJECT, "aws:kms", null, true);
  }
}
