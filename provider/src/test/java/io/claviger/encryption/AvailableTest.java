package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.StreamUses;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.format.UploadId;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.FormatException;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams that seal and open, used as {@code java.io} readers use streams: {@code available} is
 * above 0 exactly as long as a byte is to come.
 */
class AvailableTest {
  private static final ObjectName NAME = new ObjectName("bucket", "key");
  private static final int SEGMENT = 65_536;

  private final EncryptionService service = newService();

  private static EncryptionService newService() {
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    return new EncryptionService(new ClavigerProvider(kms));
  }

  private SealedStream sealed(byte[] plain) {
    return service.encryptStream(
        "k", EncryptionContext.empty(), new ByteArrayInputStream(plain), plain.length);
  }

  private InputStream opened(SealedStream sealed) throws IOException {
    byte[] bytes = sealed.bytes().readAllBytes();
    return service.decryptStream(
        sealed.headers(),
        EncryptionContext.empty(),
        new ByteArrayInputStream(bytes),
        sealed.sealedBytes());
  }

  @ParameterizedTest
  @EnumSource
  void everyUseOfAnOpenedStream(StreamUses use) throws IOException {
    for (byte[] plain : StreamUses.contents(SEGMENT)) {
      assertThat(use.of(opened(sealed(plain))))
          .as("%d bytes", plain.length)
          .isEqualTo(use.of(new ByteArrayInputStream(plain)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT})
  void aSealedStreamHasBytesUntilItsEnd(int size) throws IOException {
    SealedStream sealed = sealed(new byte[size]);
    assertThat(StreamUses.WHILE_AVAILABLE.of(sealed.bytes()))
        .isEqualTo(sealed.sealedBytes() + " then -1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT, (8 << 20) - 1, 8 << 20, (8 << 20) + 1})
  void aSealedStreamOfUnknownLengthHasBytesUntilItsEnd(int size) throws IOException {
    InputStream source = new ByteArrayInputStream(new byte[size]);
    try (InputStream sealed =
        new java.io.BufferedInputStream(
            service.encryptStream("k", EncryptionContext.empty(), source).bytes())) {
      assertThat(StreamUses.WHILE_AVAILABLE.of(sealed)).endsWith(" then -1");
      assertThat(source.available()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT})
  void aRange(int size) throws IOException {
    byte[] plain = StreamUses.random(3 * SEGMENT);
    ObjectSealer sealer = service.sealObject(SealRequest.of(NAME), plain.length);
    byte[] stored = sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
    ObjectOpener opener = service.openObject(NAME, sealer.envelope(), ReaderPolicy.DEFAULT, null);
    for (StreamUses use : StreamUses.values()) {
      InputStream from = new ByteArrayInputStream(stored, Layout.PROLOGUE_BYTES, stored.length);
      InputStream range = opener.openRange(from, stored.length, 5, 4L + size);
      assertThat(use.of(range))
          .as("%s", use)
          .isEqualTo(use.of(new ByteArrayInputStream(plain, 5, size)));
    }
  }

  /** A closing part has no byte: whether one is to come is only known when its header was read. */
  @ParameterizedTest
  @EnumSource
  void partsWithAClosingOne(StreamUses use) throws IOException {
    Map<String, String> envelope = service.beginUpload(SealRequest.of(NAME)).fields();
    Map<String, String> ofId = UploadId.of("u", envelope, "").envelope();
    byte[] plain = StreamUses.random((5 << 20) + 7);
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (UploadSealer upload = service.openUpload(NAME, ofId, ReaderPolicy.DEFAULT, null)) {
      InputStream first = new ByteArrayInputStream(plain);
      stored.write(upload.part(1, plain.length, 0).seal(first).readAllBytes());
      InputStream none = InputStream.nullInputStream();
      stored.write(upload.part(2, 0, plain.length).seal(none).readAllBytes());
    }
    ObjectOpener opener = service.openObject(NAME, envelope, ReaderPolicy.DEFAULT, null);
    String expected = use.of(new ByteArrayInputStream(plain));
    InputStream from = new ByteArrayInputStream(stored.toByteArray());
    assertThat(use.of(opener.openWhole(from, stored.size()))).isEqualTo(expected);
    from.reset();
    assertThat(use.of(opener.openWhole(from, stored.size(), plain.length))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fromAFailureOnItFailsTheSameWay(boolean readFirst) throws IOException {
    SealedStream sealed = sealed(StreamUses.random(2 * SEGMENT));
    byte[] bytes = sealed.bytes().readAllBytes();
    bytes[readFirst ? bytes.length - 1 : 200] ^= 1;
    InputStream in =
        service.decryptStream(
            sealed.headers(),
            EncryptionContext.empty(),
            new ByteArrayInputStream(bytes),
            bytes.length);
    assertThat(in.readNBytes(readFirst ? SEGMENT : 0)).hasSize(readFirst ? SEGMENT : 0);
    assertThat(in.available()).isEqualTo(1);
    assertThatThrownBy(in::read).isInstanceOf(FormatException.class);
    assertThatThrownBy(in::available).isInstanceOf(FormatException.class);
    in.close();
    assertThatThrownBy(in::available).isInstanceOf(IOException.class);
  }
}
