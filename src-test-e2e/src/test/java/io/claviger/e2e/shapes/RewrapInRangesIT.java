package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.Pattern;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.Rewrap;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * Objects too large for one copy are re-wrapped by ranges: with lowered limits here, above S3's own
 * limit with {@code -De2e.rewrap.mib=5632}, which needs 12 GiB of disk and runs on MinIO alone.
 */
class RewrapInRangesIT {
  private static final int OVERWRITTEN = 412;
  private static final long MIB = 1L << 20;
  private static final long S3_LIMIT = 5_120 * MIB;
  private static final long OBJECT = Long.getLong("e2e.rewrap.mib") * MIB;
  private static final long PART = OBJECT > S3_LIMIT ? 512 * MIB : 8 * MIB;

  @TempDir Path folder;

  static Stream<S3Server> servers() {
    return OBJECT > S3_LIMIT ? Stream.of(S3Server.MINIO) : Stream.of(S3Server.values());
  }

  private static String bucket(S3Server server, String name) {
    E2e.bucket(server, name);
    return name;
  }

  private static void putInParts(S3Client s3, String bucket) {
    String id =
        s3.createMultipartUpload(b -> b.bucket(bucket).key("k").contentLanguage("de")).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (long done = 0; done < OBJECT; done += PART) {
      int number = parts.size() + 1;
      RequestBody body =
          RequestBody.fromContentProvider(
              () -> new Pattern(PART), PART, "application/octet-stream");
      String etag =
          s3.uploadPart(b -> b.bucket(bucket).key("k").uploadId(id).partNumber(number), body)
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key("k").uploadId(id).multipartUpload(m -> m.parts(parts)));
  }

  private static String sha256(S3Client s3, String bucket) throws IOException {
    return sha256(List.of(s3.getObject(b -> b.bucket(bucket).key("k"))));
  }

  private static String sha256(List<InputStream> parts) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (InputStream part : parts) {
        try (InputStream in = new DigestInputStream(part, digest)) {
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String expected() throws IOException {
    List<InputStream> parts = new ArrayList<>();
    for (long done = 0; done < OBJECT; done += PART) {
      parts.add(new Pattern(PART));
    }
    return sha256(parts);
  }

  /** Counts ranges, and does something once before the second. */
  private static final class Ranges implements ExecutionInterceptor {
    final AtomicInteger copied = new AtomicInteger();
    private final Runnable beforeSecond;

    Ranges(Runnable beforeSecond) {
      this.beforeSecond = beforeSecond;
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      boolean range = context.request() instanceof UploadPartCopyRequest;
      if (range && copied.incrementAndGet() == 2) {
        beforeSecond.run();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void anObjectAboveTheLimitKeepsItsBytesAndOpens(S3Server server) throws IOException {
    String bucket = bucket(server, "rewrap-in-ranges");
    URI endpoint = server.http();
    Ranges ranges = new Ranges(() -> {});
    try (S3Client plain = E2e.plain(endpoint);
        S3Client s3 = E2e.sealing(endpoint, b -> {}, ranges)) {
      putInParts(s3, bucket);
      String stored = sha256(plain, bucket);
      String wrapped = dataKey(plain, bucket);
      RewrapJob job = RewrapJob.toCurrentVersions().toContext(Map.of("tenant", "7"));
      job = OBJECT > S3_LIMIT ? job : job.withLimits(8 * MIB, 5 * MIB);
      BulkRunner runner = BulkRunner.with(Clients.of(plain, s3));
      assertThat(runner.run(plan(bucket, job), folder.resolve("1")).counts().of(Status.DONE))
          .isEqualTo(1);
      assertThat(ranges.copied).hasValueGreaterThan(1);
      assertThat(runner.run(plan(bucket, job), folder.resolve("2")).counts().of(Status.ALREADY_SO))
          .isEqualTo(1);
      Counts audited = runner.run(plan(bucket, AuditJob.DEFAULT), folder.resolve("3")).counts();
      assertThat(audited.of(Status.DONE)).as("%s", audited).isEqualTo(1);
      assertThat(sha256(plain, bucket)).as("the stored bytes").isEqualTo(stored);
      assertThat(dataKey(plain, bucket)).as("the wrapped data key").isNotEqualTo(wrapped);
      assertThat(sha256(s3, bucket)).as("the plaintext").isEqualTo(expected());
      assertThat(plain.headObject(b -> b.bucket(bucket).key("k")).contentLanguage())
          .isEqualTo("de");
      assertThat(plain.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
    }
  }

  private static Plan plan(String bucket, Job job) {
    return new Plan(ListingSource.ofBucket(bucket), job, Limits.DEFAULT);
  }

  private static String dataKey(S3Client plain, String bucket) {
    return plain.headObject(b -> b.bucket(bucket).key("k")).metadata().get("claviger-dek");
  }

  @ParameterizedTest
  @EnumSource
  void anObjectOverwrittenMeanwhileIsLeftAsItIs(S3Server server) throws IOException {
    String bucket = bucket(server, "rewrap-overwritten");
    URI endpoint = server.http();
    byte[] newer = new byte[(int) (12 * MIB)];
    newer[0] = 1;
    try (S3Client plain = E2e.plain(endpoint);
        S3Client other = E2e.sealing(endpoint, b -> {})) {
      Ranges ranges =
          new Ranges(
              () -> other.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(newer)));
      try (S3Client s3 = E2e.sealing(endpoint, b -> {}, ranges)) {
        s3.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(new byte[newer.length]));
        Rewrap rewrap = Rewrap.with(s3).withLimits(8 * MIB, 5 * MIB);
        assertThatExceptionOfType(S3Exception.class)
            .isThrownBy(() -> rewrap.object(bucket, "k"))
            .matches(e -> e.statusCode() == OVERWRITTEN, "412");
      }
      assertThat(other.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray())
          .isEqualTo(newer);
      assertThat(plain.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
    }
  }
}
