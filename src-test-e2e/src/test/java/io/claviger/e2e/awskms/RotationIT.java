package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A key of AWS KMS is rotated by somebody else while a writer and a re-wrap are at work: what says
 * which material wrapped what, what that costs, and what is already as wanted.
 */
class RotationIT {
  private static final String BUCKET = "aws-kms-rotated";
  private static final int OBJECTS = 24;

  private final String account = KmsServer.freshAccount();
  private final RotatingKms kms = new RotatingKms(KmsServer.LOCALSTACK.http());
  private final AwsKmsConfig config =
      KmsServer.LOCALSTACK.configOf(account).withEndpointUrl(kms.url());
  private final S3Client plain = E2e.plain(KmsServer.LOCALSTACK.http());
  private KmsServiceManager service;
  private KmsServiceManager administrator;
  private String arn;
  private int runs;

  @TempDir private Path folder;

  @BeforeEach
  void start() {
    plain.createBucket(b -> b.bucket(BUCKET));
    service = Services.running(config, b -> b.defaultKeyId("alias/orders"));
    administrator = Services.running(config);
    arn = administrator.manager().createKey("orders").keyId();
  }

  @AfterEach
  void stop() {
    service.stop();
    administrator.stop();
    kms.close();
    plain.close();
  }

  private static void put(S3Client s3) {
    for (int i = 0; i < OBJECTS; i++) {
      String name = "o/" + i;
      s3.putObject(b -> b.bucket(BUCKET).key(name), RequestBody.fromString(name));
    }
  }

  private RunResult run(Job job, S3Client s3) throws IOException {
    Plan plan = new Plan(ListingSource.ofBucket(BUCKET), job, Limits.DEFAULT);
    return BulkRunner.with(Clients.of(plain, s3)).run(plan, folder.resolve("run" + runs++));
  }

  /** Asserts what an audit, which asks no key service, says wrapped the objects. */
  private void assertWrappedAfter(int rotation, S3Client s3) throws IOException {
    kms.forget();
    assertThat(run(AuditJob.DEFAULT, s3).counts().byGroup())
        .isEqualTo(Map.of(arn + " v" + RotatingKms.material(arn, rotation), (long) OBJECTS));
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void aRewrapRightAfterARotationTakesTheNewMaterialAndASecondRunWritesNothing()
      throws IOException {
    try (S3Client s3 = Services.sealing(service, true)) {
      put(s3);
      assertWrappedAfter(0, s3);
      administrator.manager().rotateKey("orders");
      kms.forget();
      RunResult first = run(RewrapJob.toCurrentVersions(), s3);
      assertThat(first.counts().of(Status.DONE)).isEqualTo(OBJECTS);
      assertThat(kms.of("GenerateDataKey")).as("one new bucket key").isEqualTo(1);
      assertThat(kms.of("Encrypt") + kms.of("Decrypt"))
          .as("the old one is remembered")
          .isLessThan(2);
      assertWrappedAfter(1, s3);
      RunResult second = run(RewrapJob.toCurrentVersions(), s3);
      assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
      assertThat(second.keyCalls()).isEqualTo(1);
      assertThat(kms.calls().keySet())
          .as("a look at the key and none at an object's")
          .isSubsetOf("DescribeKey", "ListResourceTags");
    }
  }

  /** AWS describes a rotation before all of its machines encrypt by it. */
  @Test
  void whatIsStillWrappedByTheOldMaterialSaysSoAndTheNextRunEndsIt() throws IOException {
    try (S3Client s3 = Services.sealing(service, true)) {
      put(s3);
      administrator.manager().rotateKey("orders");
      kms.dataKeysAreBehind(true);
      assertThat(run(RewrapJob.toCurrentVersions(), s3).counts().of(Status.DONE))
          .isEqualTo(OBJECTS);
      assertWrappedAfter(0, s3);
      kms.dataKeysAreBehind(false);
      assertThat(run(RewrapJob.toCurrentVersions(), s3).counts().of(Status.DONE))
          .isEqualTo(OBJECTS);
      assertWrappedAfter(1, s3);
    }
  }
}
