package io.claviger.s3.internal.stored;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.wire.ETags;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Under which data key the object with an ETag was read: under one ETag another data key is another
 * object, however the answer is labelled (format 7.3). Callers that fetch an object by several
 * requests, each with {@code If-Match}, could otherwise be given parts of several versions.
 *
 * <p>What is kept is no key but what only that key verifies: the FLOE header of an object of one
 * part, the first header that was read of one of several parts. A new envelope around the same data
 * key is the same object.
 *
 * <p>Threads: safe.
 */
final class KeyEvidence {
  /** Some 300 bytes each. */
  private static final int MAX_KEPT = 20_000;

  private static final String HEADER = "claviger-hdr";

  private record Key(ObjectName name, @Nullable String versionId, String eTag) {}

  /**
   * What a data key verified.
   *
   * @param header of an object of one part, as the envelope has it; null for several parts
   * @param prologue of a part, empty for an object of one
   */
  private record Evidence(@Nullable String header, byte[] prologue) {}

  private final Cache<Key, Evidence> kept =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();

  /**
   * Compares an object of one part, whose header was verified, with what was read before.
   *
   * @param metadata user metadata that holds its envelope
   * @throws ClavigerS3Exception PROTOCOL if an object under another data key had this ETag
   */
  void requireSame(StoredVersion version, Map<String, String> metadata) {
    if (version.eTag() != null) {
      String header = metadata.getOrDefault(HEADER, "");
      Evidence known =
          kept.asMap().putIfAbsent(key(version, version.eTag()), new Evidence(header, new byte[0]));
      if (known != null && !header.equals(known.header())) {
        throw exchanged(version);
      }
    }
  }

  /**
   * Compares an object of several parts with what was read before.
   *
   * @throws ClavigerS3Exception PROTOCOL if an object under another data key had this ETag
   */
  void requireSame(StoredVersion version, ObjectOpener opener) {
    Evidence known =
        version.eTag() == null ? null : kept.getIfPresent(key(version, version.eTag()));
    if (known == null) {
      return;
    }
    if (known.header() != null) {
      throw exchanged(version);
    }
    try {
      opener.openPart(known.prologue());
    } catch (FormatException e) {
      throw exchanged(version);
    }
  }

  /**
   * Keeps a header of a part that {@code opener} verified.
   *
   * @throws ClavigerS3Exception PROTOCOL if an object under another data key had this ETag
   */
  void keep(StoredVersion version, ObjectOpener opener, byte[] prologue) {
    if (version.eTag() != null) {
      Evidence known =
          kept.asMap().putIfAbsent(key(version, version.eTag()), new Evidence(null, prologue));
      if (known != null) {
        requireSame(version, opener);
      }
    }
  }

  private static Key key(StoredVersion version, String eTag) {
    return new Key(version.name(), version.versionId(), ETags.bare(eTag));
  }

  private static ClavigerS3Exception exchanged(StoredVersion version) {
    return ClavigerS3Exception.of(
        Failure.PROTOCOL,
        version.name().toString(),
        "the store answered with ETag %s, under which it gave an object with another data key before: it mixes two versions. Nothing of this answer was returned; check the store or the proxy before it"
            .formatted(version.eTag()));
  }
}
