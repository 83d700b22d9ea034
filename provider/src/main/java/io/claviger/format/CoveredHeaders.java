package io.claviger.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one object that metadata tags cover, in canonical form (format 3.1).
 *
 * <p>Immutable.
 */
public final class CoveredHeaders {
  /** An object without user metadata and without any of the headers. */
  public static final CoveredHeaders NONE = builder().build();

  private static final String METADATA_PREFIX = "x-amz-meta-";

  /** Canonical bytes; a header that was not sent has none. */
  private final Map<CoveredHeader, byte[]> canonical;

  private CoveredHeaders(Map<CoveredHeader, byte[]> canonical) {
    this.canonical = canonical;
  }

  /** Begins a collection. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the canonical bytes, null for a header that is not there; not to be changed. */
  byte @Nullable [] canonical(CoveredHeader header) {
    return canonical.get(header);
  }

  /** Whether both have the same value of {@code header}, or none. */
  public boolean sameAs(CoveredHeaders other, CoveredHeader header) {
    return Arrays.equals(canonical.get(header), other.canonical.get(header));
  }

  /** Whether {@code header} is there. User metadata and Content-Encoding always are. */
  public boolean has(CoveredHeader header) {
    return canonical.containsKey(header);
  }

  /** Collects headers one by one. Not for several threads. */
  public static final class Builder {
    private static final Map<String, CoveredHeader> BY_NAME = byName();
    private final Map<String, String> userMetadata = new HashMap<>();
    private final Map<CoveredHeader, String> headers = new EnumMap<>(CoveredHeader.class);

    private Builder() {}

    private static Map<String, CoveredHeader> byName() {
      Map<String, CoveredHeader> names = new HashMap<>();
      for (CoveredHeader header : CoveredHeader.values()) {
        names.put(header.text().toLowerCase(Locale.ROOT), header);
      }
      names.remove(CoveredHeader.USER_METADATA.text());
      return names;
    }

    /**
     * Adds a header as HTTP has it, in the order of the message; a name that is there already is
     * continued. Headers that no tag covers are left out.
     */
    public Builder add(String name, String value) {
      if (name.regionMatches(true, 0, METADATA_PREFIX, 0, METADATA_PREFIX.length())) {
        return addUserMetadata(name.substring(METADATA_PREFIX.length()), value);
      }
      CoveredHeader header = BY_NAME.get(name.toLowerCase(Locale.ROOT));
      if (header != null) {
        headers.merge(header, value, Builder::joined);
      }
      return this;
    }

    /** Adds user metadata, the name without {@code x-amz-meta-}; the envelope is left out. */
    public Builder addUserMetadata(String name, String value) {
      String canonicalName = CanonicalHeader.printable(name).toLowerCase(Locale.ROOT);
      if (!Envelope.isOurs(canonicalName)) {
        userMetadata.merge(canonicalName, value, Builder::joined);
      }
      return this;
    }

    private static String joined(String before, String more) {
      return before + "," + more;
    }

    /** Returns what was added. */
    public CoveredHeaders build() {
      Map<CoveredHeader, byte[]> canonical = new EnumMap<>(CoveredHeader.class);
      userMetadata.replaceAll(
          (name, value) -> CanonicalHeader.value(CoveredHeader.USER_METADATA, value));
      canonical.put(CoveredHeader.USER_METADATA, CanonicalContext.encode(userMetadata));
      canonical.put(CoveredHeader.CONTENT_ENCODING, new byte[0]);
      headers.forEach(
          (header, value) -> {
            String text = CanonicalHeader.value(header, value);
            if (!text.isEmpty()) {
              canonical.put(header, text.getBytes(StandardCharsets.US_ASCII));
            }
          });
      return new CoveredHeaders(canonical);
    }
  }
}
