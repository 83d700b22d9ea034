package io.claviger.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.claviger.jca.KmsDataKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.RecentKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bucket keys (format 2.5): intermediate keys that wrap the data keys of one bucket under one
 * master key and with one context of callers, so that one call of the key management service serves
 * many objects. All clients of a process that share a key service share its bucket keys.
 *
 * <p>Threads: safe. Blocking: a new bucket key is one call of the key management service, however
 * many threads wait for it; no lock is held meanwhile.
 */
final class BucketKeys {
  /** Most objects sealed under one bucket key. */
  static final int MAX_OBJECTS = 1 << 20;

  /** Longest use of one bucket key. */
  static final Duration LIFETIME = Duration.ofMinutes(5);

  /** Some 500 bytes each; which stay is decided by how often they are used. */
  static final int MAX_KEPT = 4096;

  private static final LoadingCache<KmsServiceManager, BucketKeys> OF_SERVICE =
      Caffeine.newBuilder()
          .weakKeys()
          .executor(Runnable::run)
          .build(service -> new BucketKeys(System::nanoTime));

  /** A bucket key in use, wiped when it leaves the cache. */
  private static final class InUse {
    private final String masterKeyId;
    private final SecretBytes key;
    private final byte[] wrapped;
    private final @Nullable String stamp;
    private final AtomicInteger objects = new AtomicInteger();

    InUse(KmsDataKey made) {
      this.masterKeyId = made.masterKeyId();
      this.key = SecretBytes.takeOwnership(made.getEncoded());
      this.wrapped = made.wrapped();
      this.stamp = made.stamp();
    }

    /** Whether the master key was rotated between the look at it and the making of this. */
    boolean isOfOtherVersion(@Nullable String seen) {
      return stamp != null && seen != null && !stamp.equals(seen);
    }

    /** Returns the key for one more object; null if it ended. */
    @Nullable Lent lend() {
      if (objects.getAndIncrement() >= MAX_OBJECTS) {
        objects.set(MAX_OBJECTS);
        return null;
      }
      try {
        return new Lent(masterKeyId, key.copy(), wrapped, stamp);
      } catch (IllegalStateException wipedMeanwhile) {
        return null;
      }
    }
  }

  /**
   * A bucket key for one object; a copy that its holder closes.
   *
   * @param masterKeyId the master key as its backend names it: not an alias
   * @param key the bucket key
   * @param wrapped as the envelope keeps it
   * @param stamp version of the master key that wrapped it, null where {@code wrapped} says it
   */
  record Lent(String masterKeyId, SecretBytes key, byte[] wrapped, @Nullable String stamp)
      implements AutoCloseable {
    @Override
    public void close() {
      key.close();
    }
  }

  /**
   * What a bucket key serves. A configuration of the key service has its own, since ids may name
   * other keys, and so has a version of a master key, which its stamp names where versions have no
   * numbers.
   */
  private record Place(
      long configuration,
      String masterKeyId,
      int version,
      @Nullable String stamp,
      String bucket,
      EncryptionContext context) {}

  private final Cache<Place, CompletableFuture<InUse>> inUse;

  BucketKeys(LongSupplier nanoTime) {
    this.inUse =
        Caffeine.newBuilder()
            .maximumSize(MAX_KEPT)
            .expireAfterWrite(LIFETIME)
            .ticker(nanoTime::getAsLong)
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .removalListener(
                (@Nullable Place place,
                    @Nullable CompletableFuture<InUse> left,
                    RemovalCause cause) -> {
                  if (left != null) {
                    wipeOnceMade(left);
                  }
                })
            .build();
  }

  /** Returns those of a key service. */
  static BucketKeys of(KmsServiceManager service) {
    return OF_SERVICE.get(service);
  }

  /**
   * Returns the bucket key for the next object of {@code bucket} with the caller's context.
   *
   * @param now whether it must be under the master key's current version as it was within the last
   *     second, else as it was a short while ago
   */
  Lent lend(
      DataKeys dataKeys,
      String masterKeyId,
      String bucket,
      EncryptionContext callers,
      boolean now) {
    RecentKey seen = dataKeys.recent(masterKeyId, now);
    Place place =
        new Place(
            dataKeys.configuration(),
            masterKeyId,
            seen == null ? 0 : seen.currentVersion(),
            seen == null ? null : seen.stamp(),
            bucket,
            callers);
    if (seen == null || seen.state() != KeyState.ENABLED) {
      inUse.asMap().keySet().removeIf(other -> other.masterKeyId().equals(masterKeyId));
      CompletableFuture<InUse> unkept = new CompletableFuture<>();
      wipeOnceMade(unkept); // if the key was enabled since the look
      return make(dataKeys, place, unkept); // is refused as any other use
    }
    while (true) {
      CompletableFuture<InUse> mine = new CompletableFuture<>();
      CompletableFuture<InUse> kept = inUse.get(place, wanted -> mine);
      if (kept == mine) {
        return make(dataKeys, place, mine);
      }
      InUse made = join(kept, place);
      Lent lent = now && made.isOfOtherVersion(place.stamp()) ? null : made.lend();
      if (lent != null) {
        return lent;
      }
      inUse.asMap().remove(place, kept);
    }
  }

  private static void wipeOnceMade(CompletableFuture<InUse> left) {
    left.thenAccept(made -> made.key.close());
  }

  /** Makes a bucket key, also for the threads that wait for it; a failure is theirs too. */
  private Lent make(DataKeys dataKeys, Place place, CompletableFuture<InUse> mine) {
    try {
      KmsDataKey made =
          dataKeys.generate(place.masterKeyId(), context(place.bucket(), place.context()));
      try {
        InUse kept = new InUse(made);
        Lent lent = new Lent(kept.masterKeyId, kept.key.copy(), kept.wrapped, kept.stamp);
        kept.objects.set(1);
        mine.complete(kept);
        return lent;
      } finally {
        made.destroy();
      }
    } catch (RuntimeException | Error e) {
      inUse.asMap().remove(place, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static InUse join(CompletableFuture<InUse> made, Place place) {
    try {
      return made.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KmsException.of(
          ErrorKind.TIMED_OUT,
          "interrupted while a bucket key under key \"%s\" was made; repeat the call"
              .formatted(place.masterKeyId()),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("internal error: a bucket key was not made", e);
    }
  }

  /** Unwraps the bucket key of an envelope; the service's cache of unwrapped keys serves it. */
  static SecretBytes open(
      DataKeys dataKeys,
      String masterKeyId,
      byte[] wrapped,
      String bucket,
      EncryptionContext callers) {
    return dataKeys.unwrap(masterKeyId, wrapped, context(bucket, callers));
  }

  private static EncryptionContext context(String bucket, EncryptionContext callers) {
    Map<String, String> entries = new HashMap<>(NameBinding.BUCKET.entries(bucket, ""));
    entries.put(KeyWrapping.USE_ENTRY, "bucket-key");
    return callers.withReserved(entries);
  }
}
