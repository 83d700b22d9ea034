package io.claviger.format;

import io.claviger.engine.Hkdf;
import io.claviger.engine.RawCiphers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Makes and compares the metadata tags of one object, {@code claviger-mac} (format 3.1): one tag
 * for each {@link CoveredHeader}, under keys that follow from the data key alone. So a copy or a
 * new wrapping keeps them.
 *
 * <p>Holds secret keys. Threads: safe. Never blocks.
 */
public final class MetadataTags {
  /** Length of one tag. */
  static final int TAG_BYTES = 16;

  /** Length of all tags. */
  static final int BYTES = CoveredHeader.values().length * TAG_BYTES;

  private static final int KEY_BYTES = 32;
  private static final byte[] LABEL = "io.claviger/metadata/v1".getBytes(StandardCharsets.US_ASCII);
  private static final byte NOT_SENT = 0;
  private static final byte SENT = 1;

  private final byte[] keys;

  /** Derives the keys; {@code dataKey} is not kept. */
  public MetadataTags(byte[] dataKey) {
    this.keys =
        Hkdf.SHA_256.derive(dataKey, new byte[0], LABEL, CoveredHeader.values().length * KEY_BYTES);
  }

  /** Returns the tags of {@code headers}, in their order. */
  public byte[] of(CoveredHeaders headers) {
    byte[] tags = new byte[BYTES];
    for (CoveredHeader header : CoveredHeader.values()) {
      put(tags, header, tag(header, headers.canonical(header)));
    }
    return tags;
  }

  /**
   * Returns the tags of {@code now}, where a header that is as it was {@code before} keeps its tag
   * in {@code old}: what did not verify does not become valid by a copy.
   */
  public byte[] retagged(byte[] old, CoveredHeaders before, CoveredHeaders now) {
    byte[] tags = old.clone();
    for (CoveredHeader header : CoveredHeader.values()) {
      if (!now.sameAs(before, header)) {
        put(tags, header, tag(header, now.canonical(header)));
      }
    }
    return tags;
  }

  /**
   * Returns the headers that are not as the writer sent them. One that the writer did not send is
   * not looked at, but for user metadata and Content-Encoding.
   */
  public Set<CoveredHeader> differing(byte[] tags, CoveredHeaders found) {
    EnumSet<CoveredHeader> differing = EnumSet.noneOf(CoveredHeader.class);
    for (CoveredHeader header : CoveredHeader.values()) {
      boolean same =
          matches(tags, header, found.canonical(header))
              || !header.checkedWhenNotSent() && matches(tags, header, null);
      if (!same) {
        differing.add(header);
      }
    }
    return differing;
  }

  private static void put(byte[] tags, CoveredHeader header, byte[] tag) {
    System.arraycopy(tag, 0, tags, header.ordinal() * TAG_BYTES, TAG_BYTES);
  }

  private boolean matches(byte[] tags, CoveredHeader header, byte @Nullable [] canonical) {
    int at = header.ordinal() * TAG_BYTES;
    byte[] tag = Arrays.copyOfRange(tags, at, at + TAG_BYTES);
    return MessageDigest.isEqual(tag, Arrays.copyOf(tag(header, canonical), TAG_BYTES));
  }

  private byte[] tag(CoveredHeader header, byte @Nullable [] canonical) {
    int at = header.ordinal() * KEY_BYTES;
    byte[] key = Arrays.copyOfRange(keys, at, at + KEY_BYTES);
    try {
      Mac mac = RawCiphers.mac("HmacSHA256", key);
      mac.update(canonical == null ? NOT_SENT : SENT);
      if (canonical != null) {
        mac.update(canonical);
      }
      return mac.doFinal();
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }
}
