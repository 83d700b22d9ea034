package io.claviger.encryption;

import io.claviger.format.NameBinding;
import io.claviger.jca.KmsDataKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bucket keys (format 2.5): intermediate keys that wrap the data keys of one bucket under one
 * master key and with one context of callers, so that one call of the key management service serves
 * many objects.
 *
 * <p>Threads: safe. Blocking: a new bucket key is one call of the key management service.
 */
final class BucketKeys {
  /** Most objects sealed under one bucket key. */
  static final int MAX_OBJECTS = 1 << 20;

  /** Longest use of one bucket key. */
  static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final int MAX_BUCKETS = 256;

  /** A bucket key in use; {@code key} is wiped when it leaves the map. */
  private static final class InUse {
    final SecretBytes key;
    final byte[] wrapped;
    final @Nullable String stamp;
    final long sinceNanos;
    int objects;

    InUse(SecretBytes key, byte[] wrapped, @Nullable String stamp, long sinceNanos) {
      this.key = key;
      this.wrapped = wrapped;
      this.stamp = stamp;
      this.sinceNanos = sinceNanos;
    }
  }

  /**
   * A bucket key for one object; a copy that its holder closes.
   *
   * @param key the bucket key
   * @param wrapped as the envelope keeps it
   * @param stamp version of the master key that wrapped it, null where {@code wrapped} says it
   */
  record Lent(SecretBytes key, byte[] wrapped, @Nullable String stamp) implements AutoCloseable {
    @Override
    public void close() {
      key.close();
    }
  }

  private record Place(String masterKeyId, String bucket, EncryptionContext context) {}

  private final DataKeys dataKeys;
  private final LongSupplier nanoClock;
  private final Map<Place, InUse> inUse = new LinkedHashMap<>(16, 0.75f, true);

  BucketKeys(DataKeys dataKeys, LongSupplier nanoClock) {
    this.dataKeys = dataKeys;
    this.nanoClock = nanoClock;
  }

  /** Returns the bucket key for the next object of {@code bucket} with the caller's context. */
  Lent lend(String masterKeyId, String bucket, EncryptionContext callers) {
    Place place = new Place(masterKeyId, bucket, callers);
    InUse current;
    synchronized (inUse) {
      current = inUse.get(place);
      if (current == null || current.objects >= MAX_OBJECTS || !fresh(current)) {
        current = null;
      }
    }
    if (current != null && isEnabled(masterKeyId)) {
      Lent lent = again(place);
      if (lent != null) {
        return lent;
      }
    }
    KmsDataKey made = dataKeys.generate(masterKeyId, context(bucket, callers));
    try {
      SecretBytes key = SecretBytes.takeOwnership(made.getEncoded());
      return keep(place, new InUse(key, made.wrapped(), made.stamp(), nanoClock.getAsLong()));
    } finally {
      made.destroy();
    }
  }

  /** Returns the bucket key in use once more; null if it ended meanwhile. */
  private @Nullable Lent again(Place place) {
    synchronized (inUse) {
      InUse current = inUse.get(place);
      if (current == null || current.objects >= MAX_OBJECTS) {
        return null;
      }
      current.objects++;
      return new Lent(current.key.copy(), current.wrapped, current.stamp);
    }
  }

  /** Whether the master key may seal, as seen a short while ago; else its bucket keys end. */
  private boolean isEnabled(String masterKeyId) {
    boolean enabled = false;
    try {
      enabled = dataKeys.stateOf(masterKeyId) == KeyState.ENABLED;
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.KEY_NOT_FOUND) {
        throw e;
      }
    }
    if (!enabled) {
      end(masterKeyId);
    }
    return enabled;
  }

  private void end(String masterKeyId) {
    synchronized (inUse) {
      inUse
          .entrySet()
          .removeIf(
              entry -> {
                boolean ends = entry.getKey().masterKeyId().equals(masterKeyId);
                if (ends) {
                  entry.getValue().key.close();
                }
                return ends;
              });
    }
  }

  private Lent keep(Place place, InUse made) {
    synchronized (inUse) {
      made.objects = 1;
      Lent lent = new Lent(made.key.copy(), made.wrapped, made.stamp);
      InUse old = inUse.put(place, made);
      if (old != null) {
        old.key.close();
      }
      while (inUse.size() > MAX_BUCKETS) {
        var eldest = inUse.entrySet().iterator().next();
        eldest.getValue().key.close();
        inUse.remove(eldest.getKey());
      }
      return lent;
    }
  }

  private boolean fresh(InUse key) {
    return nanoClock.getAsLong() - key.sinceNanos < LIFETIME.toNanos();
  }

  /** Unwraps the bucket key of an envelope; the service's cache of unwrapped keys serves it. */
  SecretBytes open(String masterKeyId, byte[] wrapped, String bucket, EncryptionContext callers) {
    return dataKeys.unwrap(masterKeyId, wrapped, context(bucket, callers));
  }

  private static EncryptionContext context(String bucket, EncryptionContext callers) {
    Map<String, String> entries = new HashMap<>(NameBinding.BUCKET.entries(bucket, ""));
    entries.put(KeyWrapping.USE_ENTRY, "bucket-key");
    return callers.withReserved(entries);
  }
}
