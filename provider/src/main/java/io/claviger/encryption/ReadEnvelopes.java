package io.claviger.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;

/**
 * Envelopes that were read, by name and metadata, the least used forgotten first: a client that
 * reads ranges of an object gets the same one with every answer, and would parse it each time. Only
 * the reading is saved: metadata that differs in one character is another envelope, and each
 * opening unwraps the key and proves what it opens.
 *
 * <p>Threads: safe. Never blocks.
 */
final class ReadEnvelopes {
  /** About 8 MB where every object has all the metadata that S3 takes. */
  private static final int MOST = 1_000;

  private record Source(boolean upload, ObjectName name, Map<String, String> metadata) {}

  private final Cache<Source, ReadEnvelope> kept =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  /** As {@link ReadEnvelope#of}. */
  ReadEnvelope read(ObjectName name, Map<String, String> metadata) {
    return read(false, name, metadata);
  }

  /** As {@link ReadEnvelope#ofUpload}. */
  ReadEnvelope readOfUpload(ObjectName name, Map<String, String> fields) {
    return read(true, name, fields);
  }

  private ReadEnvelope read(boolean upload, ObjectName name, Map<String, String> metadata) {
    ReadEnvelope known = kept.getIfPresent(new Source(upload, name, metadata));
    if (known != null) {
      return known;
    }
    ReadEnvelope read =
        upload ? ReadEnvelope.ofUpload(name, metadata) : ReadEnvelope.of(name, metadata);
    kept.put(new Source(upload, name, Map.copyOf(metadata)), read); // the caller's map may change
    return read;
  }
}
