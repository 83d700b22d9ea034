package io.claviger.floe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The known answers of the reference implementations. */
class FloeVectorsTest {
  private static final byte[] KEY = new byte[32];
  private static final byte[] AAD = "This is AAD".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({
    "cpp_GCM256_IV256_4K, 4096, 20",
    "cpp_GCM256_IV256_64, 64, 20",
    "cpp_rotation, 40, 2",
    "go_GCM256_IV256_4K, 4096, 20",
    "go_GCM256_IV256_64, 64, 20",
    "go_rotation, 40, 2",
    "java_GCM256_IV256_4K, 4096, 20",
    "java_GCM256_IV256_64, 64, 20",
    "java_rotation, 40, 2",
    "java_lastSegAligned, 40, 20",
    "java_lastSegEmpty, 40, 20",
  })
  void opensAndSealsAgain(String name, int segmentBytes, int rotationBits) throws IOException {
    FloeParameters parameters = new FloeParameters(segmentBytes, rotationBits);
    byte[] stored = read(name + "_ct.txt");
    byte[] plain = read(name + "_pt.txt");
    byte[] header = Arrays.copyOf(stored, FloeParameters.HEADER_BYTES);

    FloeMessage message = FloeMessage.verify(parameters, KEY, header, AAD);
    ByteArrayOutputStream opened = new ByteArrayOutputStream();
    ByteArrayOutputStream resealed = new ByteArrayOutputStream();
    resealed.write(message.header());
    SequentialOpener opener = new SequentialOpener(message);
    SegmentOpener random = message.opener();
    SegmentSealer sealer = message.sealer();
    byte[] out = new byte[segmentBytes];
    byte[] again = new byte[segmentBytes];
    long number = 0;
    for (int at = header.length; at < stored.length; at += segmentBytes, number++) {
      int length = Math.min(segmentBytes, stored.length - at);
      int count = opener.open(stored, at, length, out, 0);
      opened.write(out, 0, count);
      boolean last = opener.isComplete();
      assertThat(random.open(number, last, stored, at, length, again, 0)).isEqualTo(count);
      int sealed =
          sealer.seal(number, last, stored, at + FloeSegment.IV_OFFSET, out, 0, count, again, 0);
      resealed.write(again, 0, sealed);
    }
    assertThat(opener.isComplete()).isTrue();
    assertThat(opened.toByteArray()).isEqualTo(plain);
    assertThat(resealed.toByteArray()).isEqualTo(stored);
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = FloeVectorsTest.class.getResourceAsStream("/vectors/floe/" + file)) {
      assertThat(in).as(file).isNotNull();
      return HexFormat.of()
          .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim());
    }
  }
}
