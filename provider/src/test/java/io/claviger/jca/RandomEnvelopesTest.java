package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Messages of {@code KMSEnvelope} in random pieces and buffers of every kind, and cut or changed in
 * random places: what comes out is the plaintext, or the beginning of it and then
 * AEADBadTagException. {@code -Dclaviger.test.envelope.cases=100000} for a long run; a failure
 * names the case, and {@code -Dclaviger.test.envelope.first=N} begins with it.
 */
class RandomEnvelopesTest {
  private static final int CASES = Integer.getInteger("claviger.test.envelope.cases", 5_000);
  private static final int FIRST = Integer.getInteger("claviger.test.envelope.first", 0);
  private static final int SEGMENT = Layout.SEGMENT_PLAIN_BYTES;

  private KmsServiceManager service;
  private KmsKey key;
  private Cipher sealing;
  private Cipher opening;

  @BeforeEach
  void start() throws Exception {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("orders");
    ClavigerProvider provider = new ClavigerProvider(service);
    key = provider.key("orders");
    sealing = Cipher.getInstance("KMSEnvelope", provider);
    opening = Cipher.getInstance("KMSEnvelope", provider);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  @Test
  void everyMessageOpensOrIsRefused() {
    for (int i = FIRST; i < FIRST + CASES; i++) {
      int number = i;
      Throwable failure = catchThrowable(() -> one(new Random(number)));
      assertThat(failure).as("case %d", number).isNull();
    }
  }

  private void one(Random random) throws GeneralSecurityException {
    byte[] plain = new byte[plainBytes(random)];
    random.nextBytes(plain);
    byte[] aad = new byte[random.nextInt(3)];
    sealing.init(Cipher.ENCRYPT_MODE, key);
    sealing.updateAAD(aad);
    byte[] message = whole(sealing, plain, random);
    assertThat(KmsEnvelope.under(key).withAad(aad).open(message)).isEqualTo(plain);
    byte[] given = damaged(message, random);
    opening.init(Cipher.DECRYPT_MODE, key);
    opening.updateAAD(aad);
    if (Arrays.equals(given, message)) {
      assertThat(whole(opening, given, random)).isEqualTo(plain);
    } else {
      requireRefused(given, plain, random);
    }
  }

  /** Mostly small; around the ends of segments; sometimes several segments. */
  private static int plainBytes(Random random) {
    int kind = random.nextInt(20);
    if (kind < 14) {
      return random.nextInt(200);
    }
    return kind < 18
        ? Math.max(0, (1 + random.nextInt(2)) * SEGMENT - 2 + random.nextInt(5))
        : random.nextInt(3 * SEGMENT);
  }

  private static byte[] damaged(byte[] message, Random random) {
    byte[] changed = message.clone();
    switch (random.nextInt(6)) {
      case 0:
        return Arrays.copyOf(message, random.nextInt(message.length));
      case 1: // near the end of the message, or of a segment
        return Arrays.copyOf(message, message.length - 1 - random.nextInt(40));
      case 2:
        changed[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
      case 3:
        return Arrays.copyOf(message, message.length + 1 + random.nextInt(40));
      default:
        return message;
    }
  }

  private static byte[][] pieces(byte[] all, Random random) {
    int[] cuts = random.ints(random.nextInt(5), 0, all.length + 1).sorted().toArray();
    byte[][] pieces = new byte[cuts.length + 1][];
    int from = 0;
    for (int i = 0; i < pieces.length; i++) {
      int to = i < cuts.length ? cuts[i] : all.length;
      pieces[i] = Arrays.copyOfRange(all, from, to);
      from = to;
    }
    return pieces;
  }

  private static byte[] call(Cipher cipher, byte[] piece, boolean last, Random random)
      throws GeneralSecurityException {
    BufferShape[] shapes = BufferShape.values();
    BufferShape shape = shapes[random.nextInt(shapes.length)];
    return shape.run(new BufferShape.Call(cipher, piece, last), random);
  }

  private static byte[] whole(Cipher cipher, byte[] all, Random random)
      throws GeneralSecurityException {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    byte[][] pieces = pieces(all, random);
    for (int i = 0; i < pieces.length; i++) {
      made.writeBytes(call(cipher, pieces[i], i == pieces.length - 1, random));
    }
    return made.toByteArray();
  }

  /** Only a beginning of the plaintext comes out, and the cipher fails until it is initialised. */
  private void requireRefused(byte[] given, byte[] plain, Random random)
      throws GeneralSecurityException {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    byte[][] pieces = pieces(given, random);
    for (int i = 0; i < pieces.length - 1; i++) {
      made.writeBytes(call(opening, pieces[i], false, random));
    }
    byte[] last = pieces[pieces.length - 1];
    assertThat(catchThrowable(() -> call(opening, last, true, random)))
        .isInstanceOf(AEADBadTagException.class);
    assertThat(made.toByteArray()).isEqualTo(Arrays.copyOf(plain, made.size()));
    assertThat(made.size()).isLessThanOrEqualTo(plain.length);
    assertThat(catchThrowable(() -> opening.doFinal())).isInstanceOf(AEADBadTagException.class);
  }
}
