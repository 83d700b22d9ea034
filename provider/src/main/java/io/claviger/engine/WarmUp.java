package io.claviger.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings AES-GCM to speed in the background, once per process: a fresh JVM starts at some 90 MiB/s
 * and becomes fast after thousands of calls, however small (benchmark ColdStart). {@value #MILLIS}
 * ms of small calls on a daemon thread do that while the application still connects and configures.
 *
 * <p>Switched off by the system property {@value #PROPERTY} or the environment variable {@value
 * #VARIABLE} set to {@code false}.
 *
 * <p>Threads: safe. Never blocks.
 */
public final class WarmUp {
  static final String PROPERTY = "claviger.warm_up";
  static final String VARIABLE = "CLAVIGER_WARM_UP";
  static final String THREAD_NAME = "claviger-warm-up";

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final long MILLIS = 200;
  private static final int MESSAGE_BYTES = 1024;
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private WarmUp() {}

  /** Begins on the first call of this process, unless switched off; else does nothing. */
  public static void begin() {
    if (!BEGUN.get() && BEGUN.compareAndSet(false, true)) {
      beginUnlessOff(System.getProperty(PROPERTY), System.getenv(VARIABLE));
    }
  }

  /** Returns the thread that was started, or empty when a setting says {@code false}. */
  static Optional<Thread> beginUnlessOff(@Nullable String property, @Nullable String variable) {
    String setting = property != null ? property : variable;
    if ("false".equalsIgnoreCase(setting)) {
      return Optional.empty();
    }
    Thread thread = new Thread(WarmUp::run, THREAD_NAME);
    thread.setDaemon(true);
    LOG.debug("warming up for {} ms; -D{}=false switches it off", MILLIS, PROPERTY);
    thread.start();
    return Optional.of(thread);
  }

  private static void run() {
    try {
      long begun = System.nanoTime();
      AesGcm gcm = new AesGcm(new byte[32]);
      byte[] iv = new byte[AesGcm.IV_BYTES];
      byte[] aad = new byte[16];
      byte[] plain = new byte[MESSAGE_BYTES];
      byte[] sealed = new byte[MESSAGE_BYTES + AesGcm.TAG_BYTES];
      for (int i = 0; System.nanoTime() - begun < MILLIS * 1_000_000; i++) {
        iv[0] = (byte) i;
        iv[1] = (byte) (i >>> 8);
        iv[2] = (byte) (i >>> 16);
        gcm.seal(iv, 0, aad, plain, 0, plain.length, sealed, 0);
        gcm.open(iv, 0, aad, sealed, 0, sealed.length, plain, 0);
      }
    } catch (IllegalStateException e) {
      return; // the first real use reports it, to somebody who can read it
    }
  }
}
