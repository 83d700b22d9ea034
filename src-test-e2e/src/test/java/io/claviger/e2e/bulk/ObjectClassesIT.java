package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.run.ReportRow;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/**
 * Objects of every class in a bucket with versions and object lock: each is in the report as
 * promised.
 */
class ObjectClassesIT {
  private static final String BUCKET = "object-classes";
  private static final int PART_BYTES = 5 << 20;
  private static final byte[] PLAIN = "text of an object".getBytes();

  /** More than a page of a listing. */
  private static final int VERSIONS = 1_050;

  @TempDir Path folder;
  private int runs;

  private LocalKeys keys;

  private RunResult run(Job job, boolean versions) throws IOException {
    ListingSource source = ListingSource.ofBucket(BUCKET);
    Plan plan = new Plan(versions ? source.withVersions() : source, job, Limits.DEFAULT);
    RunResult result = BulkRunner.with(keys.clients()).run(plan, folder.resolve("run" + ++runs));
    assertThat(result.stopped()).isEmpty();
    return result;
  }

  /** Returns what the last run's report says of each key. */
  private Map<String, String> report() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<ReportRow> rows = ReportRow.read(folder.resolve("run" + runs))) {
      rows.forEach(row -> found.put(row.key(), row.status() + " " + row.code()));
    }
    return found;
  }

  private void put(String key, byte[] body) {
    keys.sealing().putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
  }

  private void putInParts() {
    S3Client s3 = keys.sealing();
    String upload = s3.createMultipartUpload(b -> b.bucket(BUCKET).key("parts")).uploadId();
    CompletedPart[] parts = new CompletedPart[2];
    for (int i = 0; i < parts.length; i++) {
      int number = i + 1;
      byte[] body = new byte[i == 0 ? PART_BYTES : 1];
      String eTag =
          s3.uploadPart(
                  b -> b.bucket(BUCKET).key("parts").uploadId(upload).partNumber(number),
                  RequestBody.fromBytes(body))
              .eTag();
      parts[i] = CompletedPart.builder().partNumber(number).eTag(eTag).build();
    }
    s3.completeMultipartUpload(
        b -> b.bucket(BUCKET).key("parts").uploadId(upload).multipartUpload(m -> m.parts(parts)));
  }

  private void putAll() throws Exception {
    S3Client s3 = keys.sealing();
    put("small", PLAIN);
    put("empty", new byte[0]);
    put("large", new byte[200_000]);
    putInParts();
    s3.putObject(
        b -> b.bucket(BUCKET).key("tagged").tagging("team=a&stage=b"),
        RequestBody.fromBytes(PLAIN));
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key("retained")
                .objectLockMode(ObjectLockMode.GOVERNANCE)
                .objectLockRetainUntilDate(Instant.now().plus(1, ChronoUnit.DAYS)),
        RequestBody.fromBytes(PLAIN));
    byte[] customer = new byte[32];
    Arrays.fill(customer, (byte) 7);
    String md5 =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(customer));
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key("customer")
                .sseCustomerAlgorithm("AES256")
                .sseCustomerKey(Base64.getEncoder().encodeToString(customer))
                .sseCustomerKeyMD5(md5),
        RequestBody.fromBytes(PLAIN));
    put("twice", "the first version".getBytes());
    put("twice", PLAIN);
    put("gone", PLAIN);
    s3.deleteObject(b -> b.bucket(BUCKET).key("gone"));
    keys.plain()
        .putObject(b -> b.bucket(BUCKET).key("plain"), RequestBody.fromString("never sealed"));
    try (S3Client last = E2e.plain(S3Server.MINIO.https())) { // see docs/servers.md of empty bodies
      last.putObject(b -> b.bucket(BUCKET).key("folder/"), RequestBody.empty());
    }
  }

  private void begin() {
    keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.https());
    keys.plain().createBucket(b -> b.bucket(BUCKET).objectLockEnabledForBucket(true));
  }

  @Test
  void eachClassIsInTheReportAsPromised() throws Exception {
    begin();
    try (LocalKeys open = keys) {
      putAll();
      audited();
      proved();
      keys.manager().rotateKey(LocalKeys.KEY);
      rewrapped();
      manyVersions();
    }
  }

  private void audited() throws IOException {
    RunResult current = run(AuditJob.DEFAULT, false);
    assertThat(report())
        .isEqualTo(Map.of("plain", "failed Plaintext", "folder/", "excluded DirectoryMarker"));
    assertThat(current.counts().byGroup())
        .isEqualTo(Map.of("orders v1", 7L, "customer-provided key", 1L));
    RunResult all = run(AuditJob.DEFAULT, true);
    assertThat(all.counts().ofGroup("orders v1")).as("and two old versions").isEqualTo(9);
    assertThat(all.counts().units()).as("the delete marker is none").isEqualTo(12);
  }

  private void proved() throws IOException {
    Map<String, String> rows =
        Map.of(
            "plain", "failed Plaintext",
            "folder/", "excluded DirectoryMarker",
            "customer", "excluded CustomerKey");
    for (VerifyJob job : List.of(VerifyJob.WHOLE, VerifyJob.QUICK)) {
      assertThat(run(job, false).counts().of(Status.DONE)).isEqualTo(7);
      assertThat(report()).isEqualTo(rows);
    }
    assertThat(run(VerifyJob.WHOLE, true).counts().of(Status.DONE)).isEqualTo(9);
    assertThat(report()).isEqualTo(rows);
  }

  private void rewrapped() throws IOException {
    HeadObjectResponse before = head("retained");
    RunResult result = run(RewrapJob.toCurrentVersions(), false);
    assertThat(report())
        .isEqualTo(
            Map.of(
                "plain", "failed Plaintext",
                "folder/", "excluded DirectoryMarker",
                "customer", "excluded CustomerKey"));
    assertThat(result.counts().of(Status.DONE)).isEqualTo(7);
    assertThat(
            keys.plain().getObjectTagging(b -> b.bucket(BUCKET).key("tagged")).tagSet().stream()
                .map(tag -> tag.key() + "=" + tag.value()))
        .containsExactlyInAnyOrder("team=a", "stage=b");
    HeadObjectResponse after = head("retained");
    assertThat(after.versionId()).isNotEqualTo(before.versionId());
    assertThat(after.objectLockMode()).isEqualTo(ObjectLockMode.GOVERNANCE);
    assertThat(after.objectLockRetainUntilDate()).isEqualTo(before.objectLockRetainUntilDate());
    RunResult audit = run(AuditJob.DEFAULT, true);
    assertThat(audit.counts().byGroup())
        .as("old versions keep the old envelope")
        .isEqualTo(Map.of("orders v1", 9L, "orders v2", 7L, "customer-provided key", 1L));
    assertThat(run(VerifyJob.WHOLE, true).counts().of(Status.DONE)).isEqualTo(16);
    RunResult versions = run(RewrapJob.toCurrentVersions(), true);
    assertThat(versions.counts().ofCode("Version")).as("all").isEqualTo(versions.counts().units());
  }

  private HeadObjectResponse head(String key) {
    return keys.plain().headObject(b -> b.bucket(BUCKET).key(key));
  }

  /** Versions of one key that fill more than a page are units each, once. */
  private void manyVersions() throws IOException {
    long before = run(AuditJob.DEFAULT, true).counts().units();
    IntStream.range(0, VERSIONS).parallel().forEach(i -> put("many", PLAIN));
    RunResult all = run(AuditJob.DEFAULT, true);
    assertThat(all.counts().units()).isEqualTo(before + VERSIONS);
    assertThat(all.counts().ofGroup("orders v2")).isEqualTo(7 + VERSIONS);
    List<ObjectVersion> page =
        keys.plain().listObjectVersions(b -> b.bucket(BUCKET).prefix("many")).versions();
    assertThat(page).as("one page").hasSizeLessThan(VERSIONS);
  }
}
