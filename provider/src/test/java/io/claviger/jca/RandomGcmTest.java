package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * Random messages of AES-GCM with keys, IVs and tags of every size, in random pieces, arrays and
 * buffers: the bytes that SunJCE makes of each message at once, opened again in other pieces, and
 * refused when one bit is another. Whatever engine is installed: see InstalledEnginesTest.
 */
class RandomGcmTest {
  private static final int MESSAGES = Integer.getInteger("claviger.test.gcm.messages", 3_000);
  private static final int MESSAGES_OF_A_KEY = 25;
  private static final String GCM = "AES/GCM/NoPadding";
  private static final BufferShape[] SHAPES = BufferShape.values();

  private final LendingBackend backend = new LendingBackend(KeyUsage.ENCRYPT_DECRYPT);

  /** One message and its key. */
  private record Message(byte[] plain, byte[] aad, GCMParameterSpec spec) {
    static Message random(Random random) {
      int size = random.nextInt(40) == 0 ? 60_000 + random.nextInt(12_000) : random.nextInt(100);
      int iv = random.nextInt(4) == 0 ? 1 + random.nextInt(40) : 12;
      int tagBits = random.nextBoolean() ? 128 : 96 + 8 * random.nextInt(5);
      return new Message(
          bytes(random, size),
          bytes(random, random.nextInt(40)),
          new GCMParameterSpec(tagBits, bytes(random, iv)));
    }

    static byte[] bytes(Random random, int length) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      return bytes;
    }

    byte[] sealedBySunJce(byte[] raw) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance(GCM, "SunJCE");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(raw, "AES"), spec);
      cipher.updateAAD(aad);
      return cipher.doFinal(plain);
    }
  }

  @Test
  void everyMessageIsWhatSunJceMakesOfIt() throws Exception {
    KmsServiceManager service = KmsServiceManager.running(backend, null);
    ClavigerProvider provider = new ClavigerProvider(service);
    try {
      Cipher cipher = Cipher.getInstance(GCM, provider);
      byte[] raw = {};
      KmsKey key = null;
      for (int number = 0; number < MESSAGES; number++) {
        Random random = new Random(number);
        if (number % MESSAGES_OF_A_KEY == 0) {
          raw = Message.bytes(random, 16 + 8 * random.nextInt(3));
          backend.put("k" + number, raw);
          key = provider.key("k" + number);
        }
        checkOne(cipher, key, raw, Message.random(random), random, "message " + number);
      }
    } finally {
      service.stop();
    }
  }

  private static void checkOne(
      Cipher cipher, KmsKey key, byte[] raw, Message message, Random random, String name)
      throws GeneralSecurityException {
    byte[] sealed = message.sealedBySunJce(raw);
    cipher.init(Cipher.ENCRYPT_MODE, key, message.spec());
    assertThat(through(cipher, message, message.plain(), random)).as(name).isEqualTo(sealed);
    cipher.init(Cipher.DECRYPT_MODE, key, message.spec());
    assertThat(through(cipher, message, sealed, random)).as(name).isEqualTo(message.plain());
    byte[] changed = sealed.clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    cipher.init(Cipher.DECRYPT_MODE, key, message.spec());
    assertThatThrownBy(() -> through(cipher, message, changed, random))
        .as(name)
        .isInstanceOf(AEADBadTagException.class);
  }

  /** Returns what comes out of {@code cipher} for {@code bytes} in random pieces. */
  private static byte[] through(Cipher cipher, Message message, byte[] bytes, Random random)
      throws GeneralSecurityException {
    cipher.updateAAD(message.aad());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    for (int pieces = random.nextInt(4); pieces > 0; pieces--) {
      int next = at + random.nextInt(bytes.length - at + 1);
      out.writeBytes(run(cipher, Arrays.copyOfRange(bytes, at, next), false, random));
      at = next;
    }
    out.writeBytes(run(cipher, Arrays.copyOfRange(bytes, at, bytes.length), true, random));
    return out.toByteArray();
  }

  private static byte[] run(Cipher cipher, byte[] piece, boolean last, Random random)
      throws GeneralSecurityException {
    BufferShape shape = SHAPES[random.nextInt(SHAPES.length)];
    return shape.run(new BufferShape.Call(cipher, piece, last), random);
  }
}
