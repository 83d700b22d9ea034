package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.format.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.Abortable;

class BodyStreamTest {
  /** A connection that tells what was done with it. */
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

  private static BodyStream over(Connection connection) {
    return new BodyStream("s3://b/k", connection, connection.available(), () -> connection);
  }

  @ParameterizedTest
  @CsvSource({"65536, 0, false", "65537, 0, true", "65537, 1, false", "65636, 99, true"})
  void closingEarlyAbortsWhenMoreIsLeftThanIsWorthReading(int bytes, int read, boolean aborted)
      throws IOException {
    Connection connection = new Connection(bytes);
    try (BodyStream body = over(connection)) {
      assertThat(body.readNBytes(read)).hasSize(read);
    }
    assertThat(connection.aborted).isEqualTo(aborted);
    assertThat(connection.closed).isTrue();
    assertThat(connection.available()).as("nothing more was read").isEqualTo(bytes - read);
  }

  @Test
  void abortAlwaysAborts() {
    Connection connection = new Connection(10);
    BodyStream body = over(connection);
    body.abort();
    assertThat(connection.aborted).isTrue();
    assertThat(catchThrowable(body::read)).isInstanceOf(IOException.class);
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
    BodyStream body = new BodyStream("s3://b/k", refusing, 10, () -> refusing);
    Throwable first = catchThrowable(body::read);
    assertThat(first).isInstanceOf(ClavigerS3Exception.class).hasMessage("s3://b/k: changed");
    assertThat(catchThrowable(body::read)).isSameAs(first);
    assertThat(catchThrowable(() -> body.skip(1))).isSameAs(first);
  }
}
