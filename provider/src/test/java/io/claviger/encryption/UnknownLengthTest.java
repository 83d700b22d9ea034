package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.object.FormatException;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams whose length nobody knows before their end, and keys on the service itself. */
class UnknownLengthTest {
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("job", "7"));
  private static final int PART = EncryptionService.STREAM_PART_BYTES;
  private static final int SMALL = (int) Layout.MIN_PART_STORED_BYTES;

  private final EncryptionService service =
      new EncryptionService(
          new ClavigerProvider(KmsServiceManager.running(MemoryBackend.create(), "k")));

  UnknownLengthTest() {
    service.createKey(CreateKeyRequest.named("k"));
  }

  private static byte[] bytes(int length) {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    return plain;
  }

  static IntStream lengths() {
    return IntStream.of(
        0,
        1,
        Layout.SEGMENT_PLAIN_BYTES,
        SMALL - 70_000,
        SMALL,
        PART - 1,
        PART,
        PART + 1,
        PART + SMALL,
        2 * PART,
        2 * PART + 3);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void everyLengthComesBack(int length) throws IOException {
    byte[] plain = bytes(length);
    SealedStream sealed = service.encryptStream(null, CONTEXT, new ByteArrayInputStream(plain));
    assertThat(sealed.sealedBytes()).isEqualTo(SealedStream.UNKNOWN);
    byte[] stored;
    try (InputStream bytes = sealed.bytes()) {
      stored = bytes.readAllBytes();
    }
    assertThat(open(sealed.headers(), stored)).isEqualTo(plain);
    assertThatThrownBy(() -> open(sealed.headers(), Arrays.copyOf(stored, stored.length - 1)))
        .isInstanceOf(FormatException.class);
  }

  private byte[] open(Map<String, String> headers, byte[] stored) throws IOException {
    try (InputStream in =
        service.decryptStream(headers, CONTEXT, new ByteArrayInputStream(stored), stored.length)) {
      return in.readAllBytes();
    }
  }

  @Test
  void partsAtTheirEdgesDoNotOpenAsAWhole() throws IOException {
    SealedStream sealed =
        service.encryptStream("k", CONTEXT, new ByteArrayInputStream(bytes(2 * PART)));
    byte[] stored = sealed.bytes().readAllBytes();
    int onePart = Math.toIntExact(Layout.storedBytes(PART));
    for (int cut : new int[] {onePart, 2 * onePart}) {
      assertThatThrownBy(() -> open(sealed.headers(), Arrays.copyOf(stored, cut)))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void aSourceThatFailsFailsForGoodAndLeavesNoWhole() throws IOException {
    InputStream source =
        new InputStream() {
          private int given;

          @Override
          public int read() throws IOException {
            if (given++ > PART + 10) {
              throw new IOException("the cable is out");
            }
            return 7;
          }
        };
    InputStream bytes = service.encryptStream("k", CONTEXT, source).bytes();
    assertThatThrownBy(bytes::readAllBytes).hasMessage("the cable is out");
    assertThatThrownBy(bytes::read).hasMessage("the cable is out");
    bytes.close();
  }

  @Test
  void keysAreMadeOnTheServiceItself() {
    try (DataKey key =
        service.generateDataKey(GenerateDataKeyRequest.of("k", EncryptionContext.empty()))) {
      assertThat(key.ciphertextBlob()).isNotEmpty();
    }
    assertThat(service.describeKey("k").keyId()).isEqualTo("k");
  }

  @Test
  void theProcessWideServiceGoesWithTheServiceManager() {
    if (KmsServiceManager.get().isEmpty()) {
      assertThat(EncryptionService.get()).isEmpty();
    } else {
      assertThat(EncryptionService.get()).isPresent().isEqualTo(EncryptionService.get());
    }
  }
}
