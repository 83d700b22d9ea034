package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.object.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A stream ends where its proved length says, whether its bytes were read or skipped. */
class ProvedLengthStreamTest {
  private static final int PROVED = 10;

  private static ProvedLengthStream over(int bytesThere) {
    return new ProvedLengthStream(new ByteArrayInputStream(new byte[bytesThere]), PROVED);
  }

  @Test
  void skippedBytesCount() throws IOException {
    for (int skipped = 0; skipped <= PROVED; skipped++) {
      ProvedLengthStream stream = over(PROVED);
      assertThat(stream.skip(skipped)).isEqualTo(skipped);
      assertThat(stream.readAllBytes()).hasSize(PROVED - skipped);
      assertThat(stream.available()).isZero();
      assertThat(stream.skip(1)).isZero();
      assertThat(stream.read()).isEqualTo(-1);
    }
  }

  @Test
  void noSkipGoesBehindTheEnd() throws IOException {
    ProvedLengthStream stream = over(PROVED + 5);
    assertThat(stream.skip(PROVED + 5)).isEqualTo(PROVED);
    assertThatThrownBy(stream::read)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("more bytes than the 10");
  }

  @Test
  void fewerBytesAreAnErrorAlsoAfterASkip() throws IOException {
    for (int skipped : new int[] {0, 1, PROVED - 1}) {
      ProvedLengthStream stream = over(PROVED - 1);
      assertThat(stream.skip(skipped)).isEqualTo(skipped);
      assertThatThrownBy(stream::readAllBytes)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("fewer bytes than the 10");
    }
  }

  @Test
  void oneByteAtATime() throws IOException {
    ProvedLengthStream stream = over(PROVED);
    for (int i = 0; i < PROVED; i++) {
      assertThat(stream.read()).isZero();
    }
    assertThat(stream.read()).isEqualTo(-1);
    assertThat(stream.markSupported()).isFalse();
  }
}
