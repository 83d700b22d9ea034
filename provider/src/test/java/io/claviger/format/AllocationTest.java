package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.claviger.engine.AesGcm;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Sealing and opening allocate no more for each segment than the JDK's cipher does by itself. */
class AllocationTest {
  private static final int ROUNDS = 200;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void nothingOfOursPerSegment() {
    byte[] plain = new byte[Layout.SEGMENT_PLAIN_BYTES];
    byte[] out = new byte[Layout.SEGMENT_STORED_BYTES];
    AesGcm bare = new AesGcm(new byte[32]);
    byte[] iv = new byte[AesGcm.IV_BYTES];
    byte[] aad = new byte[9];
    Runnable bareRound =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            iv[0] = (byte) i;
            iv[1] = (byte) (i >> 8);
            iv[2]++;
            bare.seal(iv, 0, aad, plain, 0, plain.length, out, 0);
          }
        };
    long plainBytes = 40L * ROUNDS * Layout.SEGMENT_PLAIN_BYTES;
    PartSealer.Pass pass =
        new PartSealer(new byte[32], Preamble.single(plainBytes), new byte[32]).newPass();
    Runnable ourRound =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            pass.sealSegment(plain, 0, plain.length, out, 0);
          }
        };
    for (int warmUp = 0; warmUp < 10; warmUp++) {
      bareRound.run();
      ourRound.run();
    }
    long cipher = Math.min(allocated(bareRound), allocated(bareRound));
    long ours = Math.min(allocated(ourRound), allocated(ourRound));
    // the keystream's batch of 64 IVs and the growing list of 16-byte tags, spread over segments
    long slack = ROUNDS * 128L;
    assertThat(ours).isLessThanOrEqualTo(cipher + slack);
  }

  @Test
  void nothingOfOursPerOpenedSegment() {
    byte[] plain = new byte[Layout.SEGMENT_PLAIN_BYTES];
    byte[] sealed = new byte[Layout.SEGMENT_STORED_BYTES];
    AesGcm bare = new AesGcm(new byte[32]);
    byte[] aad = new byte[9];
    int length = plain.length + AesGcm.TAG_BYTES;
    bare.seal(new byte[AesGcm.IV_BYTES], 0, aad, plain, 0, plain.length, sealed, 0);
    byte[] bareSealed = sealed.clone();
    Runnable bareRound =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            bare.open(new byte[AesGcm.IV_BYTES], 0, aad, bareSealed, 0, length, plain, 0);
          }
        };
    PartSealer.Pass pass =
        new PartSealer(new byte[32], Preamble.single(2L * plain.length), new byte[32]).newPass();
    byte[] prologue = pass.prologue();
    pass.sealSegment(new byte[plain.length], 0, plain.length, sealed, 0);
    PartOpener.Reader reader = PartOpener.verify(new byte[32], prologue, 1).reader();
    Runnable ourRound =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            reader.openSegment(0, sealed, 0, sealed.length, plain, 0);
          }
        };
    for (int warmUp = 0; warmUp < 10; warmUp++) {
      bareRound.run();
      ourRound.run();
    }
    long cipher = Math.min(allocated(bareRound), allocated(bareRound));
    long ours = Math.min(allocated(ourRound), allocated(ourRound));
    assertThat(ours).isLessThanOrEqualTo(cipher + ROUNDS * 32L);
  }

  private static long allocated(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
