package io.claviger.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import java.io.IOException;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.AWSBadRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A key service that does not answer for a while, and one that refuses for good: S3A waits for the
 * first and does not repeat the second.
 */
class UnavailableKeysTest extends S3aTests {
  private static final int OUTAGE = 2;
  private static final int REPEATED = 3;
  private static final int PART_BYTES = 5 << 20;
  private static int services;

  /**
   * Each attempt of S3A is one use of the key; between them it waits for milliseconds. Settings of
   * its own give each test a key service of its own.
   */
  private Configuration failing() {
    FailingKeys.fail(ErrorKind.UNAVAILABLE, 0);
    Configuration conf = sealed();
    conf.set("fs.s3a.claviger.max_cached_keys", String.valueOf(++services));
    conf.unset("fs.s3a.claviger.key_id");
    conf.unset("fs.s3a.claviger.secret_key_file");
    conf.set("fs.s3a.claviger.backend_type", "Failing");
    conf.set("fs.s3a.claviger.retry_attempts", "1");
    conf.set("fs.s3a.claviger.enable_cache", "false");
    conf.set("fs.s3a.claviger.s3.bucket_keys", "false");
    conf.set("fs.s3a.retry.limit", String.valueOf(REPEATED));
    conf.set("fs.s3a.retry.interval", "10ms");
    conf.set("fs.s3a.attempts.maximum", "0");
    conf.set("fs.s3a.multipart.size", String.valueOf(PART_BYTES));
    return conf;
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2 * PART_BYTES + 1})
  void aFileIsWrittenInTheEnd(int bytes) throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, failing())) {
      FailingKeys.fail(ErrorKind.UNAVAILABLE, OUTAGE);
      write(files, "a", content(bytes));
      assertThat(FailingKeys.failed()).isEqualTo(OUTAGE);
      assertThat(read(files, "a")).isEqualTo(content(bytes));
    }
    assertThat(stored(bucket).values()).hasSize(1).allMatch(S3aTests::isSealed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "prefetch", "analytics"})
  void aFileIsReadInTheEnd(String streams) throws Exception {
    String bucket = newBucket();
    Configuration conf = failing();
    conf.set("fs.s3a.input.stream.type", streams);
    try (FileSystem files = files(bucket, conf)) {
      write(files, "a", text());
      FailingKeys.fail(ErrorKind.UNAVAILABLE, OUTAGE);
      assertThat(read(files, "a")).isEqualTo(text());
      assertThat(FailingKeys.failed()).isEqualTo(OUTAGE);
    }
  }

  @Test
  void aFileIsRenamedInTheEnd() throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, failing())) {
      write(files, "a", text());
      FailingKeys.fail(ErrorKind.UNAVAILABLE, OUTAGE);
      assertThat(files.rename(path("a"), path("b"))).isTrue();
      assertThat(FailingKeys.failed()).isEqualTo(OUTAGE);
      assertThat(read(files, "b")).isEqualTo(text());
    }
    assertThat(stored(bucket)).containsOnlyKeys("b");
    assertThat(stored(bucket).values()).allMatch(S3aTests::isSealed);
  }

  @Test
  void afterTheLastRepetitionItFailsAndNothingIsStored() throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, failing())) {
      FailingKeys.fail(ErrorKind.UNAVAILABLE, Integer.MAX_VALUE);
      assertThatThrownBy(() -> write(files, "a", text()))
          .hasStackTraceContaining("the key service of this test says UNAVAILABLE")
          .hasCauseInstanceOf(IOException.class);
      assertThat(FailingKeys.failed()).isEqualTo(1 + REPEATED);
    }
    assertThat(stored(bucket)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"KEY_NOT_FOUND", "ACCESS_DENIED", "INVALID_KEY_STATE", "CORRUPT_RECORD"})
  void aRefusalThatWouldComeAgainEndsAtOnce(ErrorKind kind) throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, failing())) {
      FailingKeys.fail(kind, Integer.MAX_VALUE);
      assertThatThrownBy(() -> write(files, "a", text()))
          .hasCauseInstanceOf(AWSBadRequestException.class);
      assertThat(FailingKeys.failed()).isEqualTo(1);
      FailingKeys.fail(kind, 0);
      write(files, "b", text());
      FailingKeys.fail(kind, Integer.MAX_VALUE);
      assertThatThrownBy(() -> read(files, "b")).isInstanceOf(AWSBadRequestException.class);
      assertThat(FailingKeys.failed()).isEqualTo(1);
    }
    assertThat(stored(bucket)).containsOnlyKeys("b");
  }
}
