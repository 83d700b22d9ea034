package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.StreamUses;
import io.claviger.config.KmsConfig;
import io.claviger.config.StaticConfig;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The streams of {@link KmsEnvelope} beside the cipher and the JDK's streams over it. */
class KmsEnvelopeTest extends EnvelopeMessages {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        SEGMENT - 1,
        SEGMENT,
        SEGMENT + 1,
        2 * SEGMENT - 1,
        2 * SEGMENT,
        2 * SEGMENT + 1
      })
  void everyWayThroughGivesTheSame(int bytes) throws Exception {
    byte[] plain = plain(bytes);
    byte[] message = seal(bytes);
    assertThat(open(message)).isEqualTo(plain);

    Random random = new Random(7L * bytes);
    for (int most : new int[] {1000, 9000, 200_000}) {
      byte[] pieces = inPieces(cipher(Cipher.ENCRYPT_MODE), plain, random, most);
      assertThat(pieces).hasSize(message.length);
      assertThat(inPieces(cipher(Cipher.DECRYPT_MODE), pieces, random, most)).isEqualTo(plain);
    }

    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    assertThat(envelope.seal(new ByteArrayInputStream(plain), sealed)).isEqualTo(bytes);
    ByteArrayOutputStream opened = new ByteArrayOutputStream();
    assertThat(envelope.open(new ByteArrayInputStream(sealed.toByteArray()), opened))
        .isEqualTo(bytes);
    assertThat(opened.toByteArray()).isEqualTo(plain);
    assertThat(envelope.opening(new OneByte(message)).readAllBytes()).isEqualTo(plain);
    for (int most : new int[] {1000, SEGMENT + 100, 200_000}) {
      InputStream in = envelope.opening(new ByteArrayInputStream(message));
      assertThat(readInPieces(in, random, most)).isEqualTo(plain);
    }
    opened.reset();
    try (OutputStream out = envelope.opening(opened)) {
      out.write(message);
    }
    assertThat(opened.toByteArray()).isEqualTo(plain);
    sealed.reset();
    try (OutputStream out = envelope.sealing(sealed)) {
      for (byte b : plain) {
        out.write(b);
      }
    }
    assertThat(open(sealed.toByteArray())).isEqualTo(plain);
    assertThat(
            new CipherInputStream(new ByteArrayInputStream(message), cipher(Cipher.DECRYPT_MODE))
                .readAllBytes())
        .isEqualTo(plain);
  }

  /** Also checks that what a call says it needs is what it takes. */
  private static byte[] inPieces(Cipher cipher, byte[] input, Random random, int most)
      throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < input.length; ) {
      int length = Math.min(input.length - at, random.nextInt(most) + 1);
      byte[] out = new byte[cipher.getOutputSize(length)];
      all.write(out, 0, cipher.update(input, at, length, out, 0));
      at += length;
    }
    byte[] out = new byte[cipher.getOutputSize(0)];
    all.write(out, 0, cipher.doFinal(out, 0));
    return all.toByteArray();
  }

  private static byte[] readInPieces(InputStream in, Random random, int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int offset = random.nextInt(3);
      int length = random.nextInt(most) + 1;
      byte[] target = new byte[offset + length];
      int read = in.read(target, offset, length);
      if (read < 0) {
        return all.toByteArray();
      }
      assertThat(read).isPositive();
      all.write(target, offset, read);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyUseOfAnOpeningStream(StreamUses use) throws Exception {
    for (byte[] plain : StreamUses.contents(SEGMENT)) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      envelope.seal(new ByteArrayInputStream(plain), message);
      InputStream in = envelope.opening(new ByteArrayInputStream(message.toByteArray()));
      assertThat(use.of(in))
          .as("%d bytes", plain.length)
          .isEqualTo(use.of(new ByteArrayInputStream(plain)));
    }
  }

  @Test
  void availableOpensTheFirstSegmentAndFailsAsAReadDoes() throws Exception {
    byte[] message = seal(10);
    message[message.length - 1] ^= 1;
    InputStream in = envelope.opening(new ByteArrayInputStream(message));
    assertThatThrownBy(in::available).isInstanceOf(FormatException.class);
    assertThatThrownBy(in::read).isInstanceOf(FormatException.class);
    assertThatThrownBy(in::available).isInstanceOf(FormatException.class);
  }

  @Test
  void aSegmentThatIsNotAuthenticLeavesNothingInTheArrayOfTheReader() throws Exception {
    byte[] message = seal(3 * SEGMENT);
    message[message.length / 2] ^= 1;
    byte[] target = new byte[2 * SEGMENT];
    InputStream in = envelope.opening(new ByteArrayInputStream(message));
    assertThat(in.read(target, 0, target.length)).isEqualTo(SEGMENT);
    byte[] before = target.clone();
    assertThatThrownBy(() -> in.read(target, SEGMENT, SEGMENT)).isInstanceOf(FormatException.class);
    assertThat(target).isEqualTo(before);
  }

  private static final class OneByte extends ByteArrayInputStream {
    OneByte(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(1, length));
    }
  }

  /** The JDK's doing on 17 and 25: {@code CipherOutputStream} swallows the error at close. */
  @Test
  void cipherOutputStreamSwallowsWhatOurStreamThrows() throws Exception {
    byte[] message = seal(SEGMENT + 10);
    message[message.length - 1] ^= 1;
    ByteArrayOutputStream jdks = new ByteArrayOutputStream();
    try (OutputStream out = new CipherOutputStream(jdks, cipher(Cipher.DECRYPT_MODE))) {
      out.write(message);
    }
    assertThat(jdks.toByteArray()).as("silently cut").isEqualTo(plainStart());
    ByteArrayOutputStream given = new ByteArrayOutputStream();
    OutputStream ours = envelope.opening(given);
    ours.write(message);
    assertThatThrownBy(ours::close)
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SEGMENT));
    assertThat(given.toByteArray()).isEqualTo(plainStart());
    assertThatThrownBy(
            () ->
                new CipherInputStream(
                        new ByteArrayInputStream(message), cipher(Cipher.DECRYPT_MODE))
                    .readAllBytes())
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(AEADBadTagException.class);
  }

  private static byte[] plainStart() {
    return Arrays.copyOf(plain(SEGMENT + 10), SEGMENT);
  }

  @Test
  void aFailedStreamFailsTheSameWayForEver() throws Exception {
    byte[] message = seal(2 * SEGMENT);
    message[message.length - 1] ^= 1;
    InputStream in = envelope.opening(new ByteArrayInputStream(message));
    assertThat(in.readNBytes(SEGMENT)).hasSize(SEGMENT);
    Throwable first = catchThrowable(in::read);
    assertThat(first).isInstanceOf(FormatException.class);
    assertThat(catchThrowable(in::read)).isSameAs(first);
    in.close();
    assertThatThrownBy(in::read).isInstanceOf(IOException.class);
  }

  @Test
  void aSourceThatFailsNeverEndsAMessage() throws Exception {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk");
          }
        };
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    InputStream source =
        new SequenceInputStream(new ByteArrayInputStream(plain(SEGMENT + 1)), failing);
    assertThatThrownBy(() -> envelope.seal(source, sealed)).hasMessage("disk");
    assertThatThrownBy(() -> open(sealed.toByteArray())).isInstanceOf(AEADBadTagException.class);

    ByteArrayOutputStream full = new ByteArrayOutputStream();
    OutputStream breaking =
        new OutputStream() {
          private int calls;

          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] b, int off, int len) throws IOException {
            if (calls++ > 2) {
              throw new IOException("full");
            }
            full.write(b, off, len);
          }
        };
    OutputStream out = envelope.sealing(breaking);
    assertThatThrownBy(() -> out.write(plain(5 * SEGMENT))).hasMessage("full");
    out.close();
    assertThatThrownBy(() -> open(full.toByteArray())).isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void aServiceThatFailsIsNoTampering() throws Exception {
    byte[] message = seal(10);
    Cipher opening = cipher(Cipher.DECRYPT_MODE);
    service.stop();
    assertThatThrownBy(() -> opening.update(message))
        .isInstanceOf(java.security.ProviderException.class)
        .hasCauseInstanceOf(KmsException.class);
    assertThatThrownBy(opening::doFinal).isInstanceOf(java.security.ProviderException.class);
    assertThatThrownBy(() -> envelope.sealing(new ByteArrayOutputStream()))
        .isInstanceOf(KmsException.class);
  }

  /** A message as it was stored once; every later version opens it. */
  @Test
  void opensWhatWasSealedBefore() throws Exception {
    KmsServiceManager fixed = new KmsServiceManager();
    fixed.configure(KmsConfig.of(new StaticConfig("s", SecretBytes.copyOf(new byte[32]))));
    fixed.start();
    KmsEnvelope stored =
        KmsEnvelope.under(new ClavigerProvider(fixed).key("s")).withContext(CONTEXT).withAad(AAD);
    byte[] message = HexFormat.of().parseHex(STORED);
    ByteArrayOutputStream opened = new ByteArrayOutputStream();
    stored.open(new ByteArrayInputStream(message), opened);
    assertThat(opened.toString(StandardCharsets.UTF_8)).isEqualTo("kept for ever");
    fixed.stop();
  }

  private static final String STORED =
      "434c564d0100005d0100000001e3ac69efbde6a55f702452270921acd242849a11d1b42290f676f6"
          + "cf6f1f38a16e07dc9e504ac1b83a4691bfe55dec0919a022788e09b1105f4640442d483bac3b939f"
          + "f82e655380ed4f3b2594b707e59f7c4ba46f5488dc00000001002000000020bbc774df461a1db758"
          + "9e72de2096457a83a290e46e291d8b824c5936ae10e28248b0d8c323f10581f1395438415c866f30"
          + "1ebeca521cb855863bdf3921907d130000002dc2362e93d42f17d9d5c21802ae581cf07d3e061024"
          + "2392218408e31b64a1fe94cf9e7f624a5969568f";
}
