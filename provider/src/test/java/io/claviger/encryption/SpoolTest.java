package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of unknown length by way of a file: sealed there, one part in the end, nothing left. */
class SpoolTest {
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("job", "7"));
  private static final int PART = EncryptionService.STREAM_PART_BYTES;
  private static final long ROOM = 4L * PART;

  @TempDir Path folder;

  private final EncryptionService service =
      new EncryptionService(
          new ClavigerProvider(KmsServiceManager.running(MemoryBackend.create(), "k")));

  SpoolTest() {
    service.createKey(CreateKeyRequest.named("k"));
  }

  /** A source that knows whether it was closed. */
  private static final class Source extends FilterInputStream {
    private boolean closed;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      super.close();
    }
  }

  private static byte[] bytes(int length) {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    return plain;
  }

  private static Source source(int length) {
    return new Source(new ByteArrayInputStream(bytes(length)));
  }

  private Spool spool(long maxBytes) {
    return Spool.at(folder.resolve("spool"), maxBytes);
  }

  private void nothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  static IntStream lengths() {
    int segment = Layout.SEGMENT_PLAIN_BYTES;
    return IntStream.of(0, 1, segment - 1, segment, segment + 1, PART - 1, PART, PART + 1);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void everyLengthComesBackAsOnePartOfKnownLength(int length) throws IOException {
    Source source = source(length);
    SealedStream sealed = service.encryptStream(null, CONTEXT, source, spool(ROOM));
    assertThat(source.closed).isTrue();
    assertThat(sealed.sealedBytes()).isEqualTo(Layout.storedBytes(length));
    byte[] stored;
    try (InputStream bytes = sealed.bytes()) {
      stored = bytes.readAllBytes();
    }
    assertThat(stored).hasSize((int) sealed.sealedBytes());
    nothingIsLeft();
    try (InputStream opened =
        service.decryptStream(
            sealed.headers(), CONTEXT, new ByteArrayInputStream(stored), stored.length)) {
      assertThat(opened.readAllBytes()).isEqualTo(bytes(length));
    }
  }

  @Test
  void temporaryFilesServeStreamAfterStream() throws IOException {
    String usual = System.setProperty("java.io.tmpdir", folder.toString());
    try {
      Spool spool = Spool.temporary(ROOM);
      try (InputStream one = service.encryptStream("k", CONTEXT, source(5), spool).bytes();
          InputStream other = service.encryptStream("k", CONTEXT, source(6), spool).bytes()) {
        assertThat(one.readAllBytes()).hasSize((int) Layout.storedBytes(5));
        assertThat(other.readAllBytes()).hasSize((int) Layout.storedBytes(6));
      }
      nothingIsLeft();
    } finally {
      System.setProperty("java.io.tmpdir", usual);
    }
  }

  @Test
  void theLimitHoldsToTheByte() throws IOException {
    service.encryptStream("k", CONTEXT, source(10), spool(11)).bytes().close();
    service.encryptStream("k", CONTEXT, source(10), spool(10)).bytes().close();
    Source source = source(10);
    assertThatThrownBy(() -> service.encryptStream("k", CONTEXT, source, spool(9)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("more than the 9 bytes that its spool takes");
    assertThat(source.closed).isTrue();
    nothingIsLeft();
    assertThatThrownBy(() -> Spool.temporary(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSourceThatFailsLeavesNothing() throws IOException {
    Source source =
        new Source(
            new InputStream() {
              private int given;

              @Override
              public int read() throws IOException {
                if (given++ > PART + 10) {
                  throw new IOException("the cable is out");
                }
                return 7;
              }
            });
    assertThatThrownBy(() -> service.encryptStream("k", CONTEXT, source, spool(ROOM)))
        .hasMessage("the cable is out");
    assertThat(source.closed).isTrue();
    nothingIsLeft();
  }

  @Test
  void aKeyThatIsMissingLeavesNothing() throws IOException {
    Source source = source(3);
    assertThatThrownBy(() -> service.encryptStream("none", CONTEXT, source, spool(ROOM)))
        .isInstanceOf(KmsException.class);
    assertThat(source.closed).isTrue();
    nothingIsLeft();
  }

  @Test
  void anAnswerThatIsNotReadLeavesNothing() throws IOException {
    InputStream bytes = service.encryptStream("k", CONTEXT, source(2 * PART), spool(ROOM)).bytes();
    assertThat(bytes.read()).isNotNegative();
    bytes.close();
    nothingIsLeft();
  }

  @Test
  void aFileThatIsThereIsNeitherReplacedNorRemoved() throws IOException {
    Path theirs = Files.writeString(folder.resolve("spool"), "theirs");
    Source source = source(3);
    assertThatThrownBy(() -> service.encryptStream("k", CONTEXT, source, spool(ROOM)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(source.closed).isTrue();
    assertThat(theirs).hasContent("theirs");
  }

  @Test
  void aFolderThatIsMissingIsSaid() {
    Spool nowhere = Spool.at(folder.resolve("none").resolve("spool"), ROOM);
    assertThatThrownBy(() -> service.encryptStream("k", CONTEXT, source(3), nowhere))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatWasReadIsOpenedAsOftenAsNeededUntilItIsClosed() throws IOException {
    byte[] plain = bytes(PART + 1);
    Spooled spooled = spool(ROOM).fill(service, new ByteArrayInputStream(plain));
    assertThat(spooled.plainBytes()).isEqualTo(plain.length);
    try (InputStream one = spooled.open();
        InputStream other = spooled.open()) {
      assertThat(one.readNBytes(PART)).isEqualTo(Arrays.copyOf(plain, PART));
      assertThat(other.readAllBytes()).isEqualTo(plain);
      assertThat(one.read()).isEqualTo(plain[PART] & 0xff);
      assertThat(one.read()).isEqualTo(-1);
    }
    InputStream half = spooled.open();
    assertThat(half.read()).isEqualTo(plain[0] & 0xff);
    spooled.close();
    assertThatThrownBy(half::readAllBytes).isInstanceOf(IOException.class);
    assertThatThrownBy(spooled::open).isInstanceOf(Exception.class);
    nothingIsLeft();
  }
}
