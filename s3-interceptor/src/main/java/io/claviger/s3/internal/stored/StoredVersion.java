package io.claviger.s3.internal.stored;

import io.claviger.encryption.ObjectName;
import io.claviger.format.EqualParts;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpHeaders;

/**
 * One version of an object as the store described it: what every further read of it is pinned to,
 * and what decides whether a cached item belongs to it.
 *
 * @param name the name that the caller asked for
 * @param versionId the version that the caller asked for, null for the current one
 * @param eTag as the store gave it, null for none
 * @param storedBytes its stored size as the store reports it
 * @param wrappedDataKey as the metadata has it: an object that is written again has another
 */
public record StoredVersion(
    ObjectName name,
    @Nullable String versionId,
    @Nullable String eTag,
    long storedBytes,
    String wrappedDataKey) {
  private static final Pattern PARTS = Pattern.compile("\"?[^\"]*-(\\d{1,5})\"?");
  private static final String WRAPPED_DATA_KEY = "claviger-dek";

  /**
   * @param metadata user metadata, lower-case names without prefix
   */
  public static StoredVersion of(
      ObjectName name,
      @Nullable String versionId,
      SdkHttpHeaders answer,
      long storedBytes,
      Map<String, String> metadata) {
    return new StoredVersion(
        name,
        versionId,
        answer.firstMatchingHeader(ObjectHeaders.ETAG).orElse(null),
        storedBytes,
        metadata.getOrDefault(WRAPPED_DATA_KEY, ""));
  }

  /** Whether a listing says the same of both: ETag and stored size. */
  boolean isSameListed(StoredVersion other) {
    return storedBytes == other.storedBytes() && ETags.bare(eTag).equals(ETags.bare(other.eTag()));
  }

  /** Returns how many parts the ETag says were uploaded: a hint, gone in copies. */
  OptionalInt storedParts() {
    return storedParts(eTag);
  }

  /** Returns how many parts an ETag says were uploaded, empty where it says none. */
  public static OptionalInt storedParts(@Nullable String eTag) {
    Matcher parts = PARTS.matcher(eTag == null ? "" : eTag);
    return parts.matches() ? OptionalInt.of(Integer.parseInt(parts.group(1))) : OptionalInt.empty();
  }

  /** Returns equal parts of a usual size that fit size and ETag, null for none: a hint too. */
  @Nullable EqualParts usualParts() {
    return EqualParts.usual(storedBytes, storedParts());
  }
}
