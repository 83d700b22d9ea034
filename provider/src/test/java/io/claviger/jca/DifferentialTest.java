package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random sequences of operations on two ciphers, SunJCE's with a raw key and ours with the same key
 * opaque: every call must answer alike, bytes, buffers and class of exception. Differences that are
 * meant stand in {@link CipherPair#expected} and in docs/differences.md, nowhere else.
 *
 * <p>The seed of a sequence is its number; the report of a failure names it and shows the calls.
 * {@code -Ddifferential.times=5} makes five times as many.
 */
class DifferentialTest {
  private static final int SEQUENCES_OF_A_KEY = 1000;
  private static final int TIMES = Integer.getInteger("differential.times", 1);

  @ParameterizedTest
  @CsvSource({
    "AES/GCM/NoPadding, 20000",
    "AES/CTR/NoPadding, 5000",
    "AES/CBC/PKCS5Padding, 5000",
    "AES/KW/NoPadding, 5000",
    "AES/KWP/NoPadding, 5000"
  })
  void answersAsTheJdkDoes(String transformation, int sequences) throws Exception {
    LendingBackend backend = new LendingBackend(KeyUsage.ENCRYPT_DECRYPT);
    KmsServiceManager service = KmsServiceManager.running(backend, null);
    ClavigerProvider provider = new ClavigerProvider(service);
    byte[] raw = new byte[32];
    KmsKey key = null;
    int made = 0;
    int answered = 0;
    try {
      for (int number = 0; number < sequences * TIMES; number++) {
        if (number % SEQUENCES_OF_A_KEY == 0) {
          new Random(~number).nextBytes(raw);
          backend.put("k" + number, raw);
          key = provider.key("k" + number);
        }
        Random random = new Random(number);
        CipherPair pair = new CipherPair(transformation, provider, key, raw, random);
        int calls = 3 + random.nextInt(10);
        for (int call = 0; call < calls && !pair.theirsBroke(); call++) {
          List<String> difference = pair.next();
          assertThat(difference)
              .as("%s, seed %d:%n%s", transformation, number, pair.calls())
              .isEmpty();
        }
        made += calls;
        answered += pair.answered();
      }
      assertThat(answered).as("calls that gave an answer").isGreaterThan(made / 20);
    } finally {
      service.stop();
    }
  }
}
