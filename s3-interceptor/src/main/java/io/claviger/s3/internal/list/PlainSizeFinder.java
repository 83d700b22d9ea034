package io.claviger.s3.internal.list;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.format.Layout;
import io.claviger.object.FormatException;
import io.claviger.s3.internal.body.WorkerThreads;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.stored.ListedObjects;
import io.claviger.s3.internal.stored.PartWalk;
import io.claviger.s3.internal.stored.PinnedReads;
import io.claviger.s3.internal.stored.StoredVersion;
import io.claviger.s3.internal.wire.UserMetadata;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Plaintext sizes of listed objects: hints, proved by nothing (format 7).
 *
 * <p>An object under 5 MiB stored is always one part, so its size is computed; a larger one may be
 * several, so its metadata and the header of a part are read, by one request, and more headers
 * where that one does not say it. Several objects are asked for at once, and what was found is kept
 * by ETag. Where plaintext objects are allowed arithmetic proves nothing, since nearly every size
 * is also a stored size: then every object is asked for.
 *
 * <p>Threads: safe. Blocking: asks the store.
 */
public final class PlainSizeFinder {
  /** Stores take no part smaller than this but the last. */
  static final long MIN_PART_BYTES = 5L << 20;

  public static final int AT_ONCE = 8;
  private static final int MAX_KEPT = 10_000;

  /**
   * A listed object.
   *
   * @param versionId null in listings of current objects
   * @param eTag null where the store gave none; then nothing is kept
   * @param storedBytes as listed, -1 for none
   */
  record Item(
      String bucket,
      String key,
      @Nullable String versionId,
      @Nullable String eTag,
      long storedBytes) {
    ObjectName name() {
      return new ObjectName(bucket, key);
    }
  }

  private final Settings settings;
  private final ListedObjects listed = new ListedObjects();
  private final LongAdder unread = new LongAdder();
  private final Map<Item, Long> kept =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Item, Long> eldest) {
              return size() > MAX_KEPT;
            }
          });
  private final ExecutorService threads = WorkerThreads.pool("claviger-s3-list", AT_ONCE);

  public PlainSizeFinder(Settings settings) {
    this.settings = settings;
  }

  /** Returns what the listings said. */
  public ListedObjects listed() {
    return listed;
  }

  /** Keeps what a listing says of objects. */
  void note(List<Item> items) {
    for (Item item : items) {
      listed.keep(item.name(), item.versionId(), item.eTag(), item.storedBytes());
    }
  }

  /** Returns how many sizes could not be found out so far: they were listed as stored. */
  public long unread() {
    return unread.sum();
  }

  /**
   * Returns what is known of {@code items}; what is not keeps its stored size.
   *
   * @param client asks the store, null to ask nobody
   */
  Map<Item, Long> of(List<Item> items, @Nullable S3Client client, SdkRequest callers) {
    Map<Item, Long> sizes = new HashMap<>();
    Map<Item, Future<Optional<Long>>> asked = new LinkedHashMap<>();
    for (Item item : items) {
      Optional<Long> known = withoutAsking(item);
      if (known.isPresent()) {
        sizes.put(item, known.get());
      } else if (client != null && item.storedBytes() > 0) {
        asked.put(item, threads.submit(() -> ask(item, client, callers)));
      }
    }
    try {
      asked.forEach((item, answer) -> await(answer).ifPresent(size -> sizes.put(item, size)));
    } finally {
      asked.values().forEach(answer -> answer.cancel(false)); // after an interruption
    }
    return sizes;
  }

  private Optional<Long> withoutAsking(Item item) {
    boolean onePart = item.storedBytes() < MIN_PART_BYTES && !settings.allowsPlaintext();
    if (!onePart) {
      return Optional.ofNullable(kept.get(item));
    }
    if (item.storedBytes() <= 0) {
      return Optional.of(item.storedBytes());
    }
    try {
      return Optional.of(Layout.plainBytes(item.storedBytes()));
    } catch (FormatException e) {
      unread.increment();
      return Optional.of(item.storedBytes());
    }
  }

  private Optional<Long> ask(Item item, S3Client client, SdkRequest callers) {
    try {
      long size = read(item, client, callers);
      if (item.eTag() != null) {
        kept.put(item, size);
      }
      return Optional.of(size);
    } catch (SdkException | FormatException e) {
      unread.increment();
      return Optional.empty();
    }
  }

  private long read(Item item, S3Client client, SdkRequest callers) {
    SizeProbe probe = SizeProbe.of(item, client, callers);
    Map<String, String> metadata = UserMetadata.of(probe.answer());
    if (!EncryptionService.isSealed(metadata)) {
      if (!settings.allowsPlaintext()) {
        unread.increment();
      }
      return item.storedBytes();
    }
    if (!metadata.getOrDefault("claviger", "").contains(";multi;")) {
      return Layout.plainBytes(item.storedBytes());
    }
    StoredVersion version =
        StoredVersion.of(
            item.name(), item.versionId(), probe.answer(), item.storedBytes(), metadata);
    listed.keepHeader(version, probe.storedOffset(), probe.bytes());
    return new PartWalk(version, new PinnedReads(version, () -> client, callers, false))
        .plainBytes(probe.storedOffset(), probe.bytes());
  }

  private static Optional<Long> await(Future<Optional<Long>> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }
}
