package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.Abortable;

class SyncBodyTest {
  /** A connection that reports what was done with it. */
  private static final class Connection extends ByteArrayInputStream implements Abortable {
    private boolean aborted;
    private boolean closed;

    Connection(int bytes) {
      super(new byte[bytes]);
    }

    @Override
    public void abort() {
      aborted = true;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static SyncBody over(Connection connection) {
    return SyncBody.opened("s3://b/k", connection, connection.available(), 0, () -> connection);
  }

  @ParameterizedTest
  @CsvSource({"65536, 0, false", "65537, 0, true", "65537, 1, false", "65636, 99, true"})
  void closingEarlyAbortsWhenMoreIsLeftThanIsWorthReading(int bytes, int read, boolean aborted)
      throws IOException {
    Connection connection = new Connection(bytes);
    try (SyncBody body = over(connection)) {
      assertThat(body.readNBytes(read)).hasSize(read);
    }
    assertThat(connection.aborted).isEqualTo(aborted);
    assertThat(connection.closed).isTrue();
    assertThat(connection.available()).as("nothing more was read").isEqualTo(bytes - read);
  }

  @ParameterizedTest
  @CsvSource({"65537, 1, false", "65636, 99, true", "65636, 100, false"})
  void whatWasSkippedIsNotLeftToBeRead(int bytes, int skipped, boolean aborted) throws IOException {
    Connection connection = new Connection(bytes);
    try (SyncBody body = over(connection)) {
      assertThat(body.skip(skipped)).isEqualTo(skipped);
    }
    assertThat(connection.aborted).isEqualTo(aborted);
  }

  @Test
  void skippedBytesAreNoMoreAvailableAndNoneBehindTheEndAre() throws IOException {
    Connection connection = new Connection(20);
    SyncBody body = SyncBody.opened("s3://b/k", connection, 10, 10, () -> connection);
    assertThat(body.available()).as("before the first read").isEqualTo(1);
    assertThat(body.read()).isZero();
    assertThat(body.available()).isEqualTo(9);
    assertThat(body.skip(0)).isZero();
    assertThat(body.skip(-1)).isZero();
    assertThat(body.available()).isEqualTo(9);
    assertThat(body.skip(4)).isEqualTo(4);
    assertThat(body.available()).isEqualTo(5);
    assertThat(body.skip(5)).isEqualTo(5);
    assertThat(body.available()).isZero();
  }

  @Test
  void abortAlwaysAborts() {
    Connection connection = new Connection(10);
    SyncBody body = over(connection);
    body.abort();
    assertThat(connection.aborted).isTrue();
    assertThat(catchThrowable(body::read)).isInstanceOf(IOException.class);
  }

  static Stream<RuntimeException> refusals() {
    return Stream.of(
        new FormatException(FormatException.Failure.SEGMENT, "changed"),
        KmsException.of(ErrorKind.NOT_AUTHENTIC, "no"),
        ClavigerS3Exception.of(ClavigerS3Exception.Failure.SOURCE, "s3://b/k", "other"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void skipAndAvailableRefuseAsReadDoes(RuntimeException refusal) throws IOException {
    InputStream refusing =
        new InputStream() {
          @Override
          public int read() {
            throw refusal;
          }

          @Override
          public long skip(long count) {
            throw refusal;
          }
        };
    SyncBody skipped = SyncBody.opened("s3://b/k", refusing, 10, 0, () -> refusing);
    assertThat(skipped.available()).isEqualTo(1);
    Throwable first = catchThrowable(() -> skipped.skip(3));
    assertThat(first).isInstanceOf(ClavigerS3Exception.class);
    assertThat(catchThrowable(skipped::read)).isSameAs(first);
    assertThat(catchThrowable(skipped::available)).isSameAs(first);
    assertThat(catchThrowable(() -> skipped.transferTo(OutputStream.nullOutputStream())))
        .isSameAs(first);
  }

  @Test
  void theEndReleasesWhatIsBelowAndStays() throws IOException {
    Connection connection = new Connection(10);
    SyncBody body = SyncBody.opened("s3://b/k", connection, 10, 0, () -> connection);
    assertThat(body.readAllBytes()).hasSize(10);
    assertThat(connection.closed).isTrue();
    assertThat(connection.aborted).isFalse();
    assertThat(body.read()).isEqualTo(-1);
    assertThat(body.skip(1)).isZero();
    assertThat(body.available()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"65536, false", "65537, true"})
  void theEndOfARangeAbortsWhenMoreFollowsThanIsWorthReading(int surplus, boolean aborted)
      throws IOException {
    Connection connection = new Connection(10 + surplus);
    InputStream range = new CutStream(connection, 0, 10);
    SyncBody body = SyncBody.opened("s3://b/k", connection, 10, surplus, () -> range);
    assertThat(body.readAllBytes()).hasSize(10);
    assertThat(connection.aborted).isEqualTo(aborted);
    assertThat(connection.closed).isTrue();
  }

  @Test
  void aCallersBodyIsNotClosedAtItsEnd() throws IOException {
    Connection source = new Connection(10);
    SyncBody body = SyncBody.sealed("s3://b/k", source, 10, () -> source);
    assertThat(body.readAllBytes()).hasSize(10);
    assertThat(source.closed).isFalse();
    body.close();
    assertThat(source.closed).isTrue();
  }

  @Test
  void aRefusalStays() {
    InputStream refusing =
        new InputStream() {
          private boolean once;

          @Override
          public int read() {
            if (once) {
              return 'x';
            }
            once = true;
            throw new FormatException(FormatException.Failure.SEGMENT, "changed");
          }
        };
    SyncBody body = SyncBody.opened("s3://b/k", refusing, 10, 0, () -> refusing);
    Throwable first = catchThrowable(body::read);
    assertThat(first).isInstanceOf(ClavigerS3Exception.class).hasMessage("s3://b/k: changed");
    assertThat(catchThrowable(body::read)).isSameAs(first);
    assertThat(catchThrowable(() -> body.skip(1))).isSameAs(first);
  }
}
