package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.service.KmsServiceManager;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A MAC object used again wherever it is in a message. A new object of SunJCE says what is right:
 * one that is used again makes wrong MACs after an init in the middle, under a key longer than the
 * hash's block (64 and 128 bytes).
 */
class MacStatesTest {
  private static final int[] KEY_BYTES = {16, 32, 63, 64, 65, 127, 128, 129, 200, 1024};

  private final KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
  private final ClavigerProvider provider = new ClavigerProvider(service);

  @AfterEach
  void stop() {
    service.stop();
  }

  private static SecretKeySpec key(String algorithm, int bytes) {
    byte[] key = new byte[bytes];
    new Random(bytes).nextBytes(key);
    return new SecretKeySpec(key, algorithm);
  }

  private static byte[] right(SecretKeySpec key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(key.getAlgorithm(), "SunJCE");
    mac.init(key);
    return mac.doFinal(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HmacSHA256", "HmacSHA384", "HmacSHA512"})
  void initInTheMiddleOfAMessageBeginsAnother(String algorithm) throws GeneralSecurityException {
    byte[] message = {1, 2, 3};
    Mac mac = Mac.getInstance(algorithm, provider);
    for (int first : KEY_BYTES) {
      for (int second : KEY_BYTES) {
        mac.init(key(algorithm, first));
        mac.update((byte) 9);
        mac.init(key(algorithm, second));
        for (int again = 0; again < 2; again++) {
          assertThat(mac.doFinal(message))
              .as("%d bytes behind %d", second, first)
              .isEqualTo(right(key(algorithm, second), message));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HmacSHA256", "HmacSHA384", "HmacSHA512"})
  void aKeyThatIsRefusedInTheMiddleLeavesNoKey(String algorithm) throws GeneralSecurityException {
    byte[] message = {1, 2, 3};
    SecretKeySpec key = key(algorithm, 200);
    Mac mac = Mac.getInstance(algorithm, provider);
    mac.init(key);
    mac.update((byte) 9);
    assertThatThrownBy(() -> mac.init(null)).isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> mac.doFinal(message)).isInstanceOf(IllegalStateException.class);
    mac.init(key);
    assertThat(mac.doFinal(message)).isEqualTo(right(key, message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HmacSHA256", "HmacSHA384", "HmacSHA512"})
  void aCopyGoesOnByItself(String algorithm) throws Exception {
    for (int bytes : KEY_BYTES) {
      SecretKeySpec key = key(algorithm, bytes);
      Mac mac = Mac.getInstance(algorithm, provider);
      mac.init(key);
      mac.update(new byte[] {1, 2});
      Mac copy = (Mac) mac.clone();
      mac.init(key);
      for (Mac each : List.of(copy, mac)) {
        byte[] rest = each == copy ? new byte[] {3} : new byte[] {1, 2, 3};
        assertThat(each.doFinal(rest)).isEqualTo(right(key, new byte[] {1, 2, 3}));
      }
      copy.update((byte) 9);
      copy.init(key);
      assertThat(copy.doFinal(new byte[] {7})).isEqualTo(right(key, new byte[] {7}));
    }
  }
}
