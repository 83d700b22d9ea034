package io.claviger.jca;

import io.claviger.kms.DataKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The data key that messages of one envelope share, within its bounds. A key that left them is
 * wiped; so is one whose master key was changed or is seen disabled.
 *
 * <p>Threads: safe; threads that meet no usable key make one call of the service together.
 */
final class SharedDataKey {
  private final KmsKey master;
  private final EncryptionContext context;
  private final KmsDataKeyReuse bounds;
  private final LongSupplier nanoClock;

  /** Guarded by this, as all below: null before the first message and after a wipe. */
  private @Nullable DataKey current;

  private long epoch;
  private long sinceNanos;
  private long messages;
  private long bytes;

  SharedDataKey(
      KmsKey master, EncryptionContext context, KmsDataKeyReuse bounds, LongSupplier nanoClock) {
    this.master = master;
    this.context = context;
    this.bounds = bounds;
    this.nanoClock = nanoClock;
  }

  /** Returns the next message, begun under the shared key. */
  synchronized EnvelopeSealing begin(byte[] aad) {
    KmsManager kms = master.provider().serviceManager().manager();
    long now = nanoClock.getAsLong();
    DataKey key = current;
    if (key == null || !serves(kms, now)) {
      end();
      epoch = kms.epoch();
      key = EnvelopeSealing.freshKey(master, context);
      current = key;
      sinceNanos = now;
    } else if (kms.recentState(master.keyId()) != KeyState.ENABLED) {
      end();
      throw KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "key \"%s\" is not enabled any more, so the data key that messages shared is dropped. Enable it, or seal with another key"
              .formatted(master.keyId()));
    }
    messages++;
    return EnvelopeSealing.sharing(key, aad, this::count);
  }

  private boolean serves(KmsManager kms, long now) {
    return messages < bounds.messages()
        && bytes < bounds.bytes()
        && now - sinceNanos < bounds.age().toNanos()
        && epoch == kms.epoch();
  }

  /** Counts plaintext that a message took. */
  private synchronized void count(long taken) {
    bytes += taken;
  }

  private void end() {
    if (current != null) {
      current.close();
      current = null;
    }
    messages = 0;
    bytes = 0;
  }
}
