package io.claviger.format;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is stored beside an object as user metadata (format 3). Names are without {@code
 * x-amz-meta-}. Nothing in it is trusted before an unwrapping or a tag proves it.
 *
 * @param multi whether the object is more than one part
 * @param names which names are bound
 * @param keyId the master key, null for a customer-provided key
 * @param wrappedDataKey the wrapped data key
 * @param bucketKey the wrapped bucket key that wraps the data key, null without one
 * @param context the caller's own context, canonical bytes; null when empty
 * @param from bucket 0x00 key as sealed, for messages; null when left out
 * @param sse {@code AES256}, {@code aws:kms} or {@code customer}
 * @param headerHint FLOE IV and header tag of a single part; null for {@code multi}
 * @param tags metadata tags (format 3.1); null only in the id of an upload
 * @param stamp version of the master key that made the wrapped key, where its blob does not say it;
 *     null otherwise. Never proved: for inventories and bulk jobs
 */
public record Envelope(
    boolean multi,
    NameBinding names,
    @Nullable String keyId,
    byte[] wrappedDataKey,
    byte @Nullable [] bucketKey,
    byte @Nullable [] context,
    byte @Nullable [] from,
    String sse,
    byte @Nullable [] headerHint,
    byte @Nullable [] tags,
    @Nullable String stamp) {
  /** Most bytes that all fields take, names with {@code x-amz-meta-} included. */
  public static final int MAX_BYTES = 1_400;

  /** Most canonical bytes of a caller's context. */
  public static final int MAX_CONTEXT_BYTES = 300;

  /** The words that {@code claviger-sse} may hold. */
  static final Set<String> SSE_WORDS = Set.of("AES256", "aws:kms", "customer");

  private static final String METADATA_PREFIX = "x-amz-meta-";
  private static final String TRANSIT = "vault:v";
  private static final Pattern TRANSIT_VERSION = Pattern.compile(TRANSIT + "([0-9]{1,9}):");

  /**
   * Whether user metadata (lower-case names without {@code x-amz-meta-}) holds one of our names.
   */
  public static boolean isPresentIn(Map<String, String> metadata) {
    for (String name : metadata.keySet()) {
      if (isOurs(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code name} (lower case, without {@code x-amz-meta-}) belongs to us. */
  public static boolean isOurs(String name) {
    return name.startsWith(EnvelopeFields.PREFIX);
  }

  /**
   * Returns the fields to be stored, in a fixed order; {@code claviger-from} is left out where it
   * does not fit.
   *
   * @throws FormatException TOO_LARGE if they do not fit into {@value #MAX_BYTES} bytes
   */
  public Map<String, String> toMetadata() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(
        EnvelopeFields.MAIN, "1;" + (multi ? "multi" : "single") + ";names=" + names.wireName());
    if (keyId != null) {
      fields.put(EnvelopeFields.KEY, PercentEncoding.encode(keyId));
    }
    fields.put(EnvelopeFields.DATA_KEY, blobText(wrappedDataKey));
    if (bucketKey != null) {
      fields.put(EnvelopeFields.BUCKET_KEY, blobText(bucketKey));
    }
    if (context != null) {
      requireFits(context.length, MAX_CONTEXT_BYTES, "the encryption context");
      fields.put(EnvelopeFields.CONTEXT, CanonicalBase64.encode(context));
    }
    fields.put(EnvelopeFields.SSE, sse);
    if (headerHint != null) {
      fields.put(EnvelopeFields.HEADER, CanonicalBase64.encode(headerHint));
    }
    if (tags != null) {
      fields.put(EnvelopeFields.TAGS, CanonicalBase64.encode(tags));
    }
    if (stamp != null) {
      fields.put(EnvelopeFields.STAMP, stamp);
    }
    requireFits(bytesOf(fields), MAX_BYTES, "the envelope");
    if (from != null) {
      fields.put(EnvelopeFields.FROM, CanonicalBase64.encode(from));
      if (bytesOf(fields) > MAX_BYTES) {
        fields.remove(EnvelopeFields.FROM);
      }
    }
    return fields;
  }

  /** Returns the bytes that fields take as headers, names with {@code x-amz-meta-} included. */
  public static int bytesOf(Map<String, String> fields) {
    return fields.entrySet().stream()
        .mapToInt(
            e ->
                METADATA_PREFIX.length()
                    + e.getKey().getBytes(StandardCharsets.UTF_8).length
                    + e.getValue().getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  /**
   * Requires that the fields fit beside an object.
   *
   * @throws FormatException TOO_LARGE otherwise
   */
  public void requireFits() {
    toMetadata();
  }

  static void requireFits(int bytes, int most, String what) {
    if (bytes > most) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "%s takes %d bytes, at most %d fit beside an object. Use a shorter context or key id"
              .formatted(what, bytes, most));
    }
  }

  /**
   * Reads our fields among user metadata (lower-case names without {@code x-amz-meta-}).
   *
   * @throws FormatException ENVELOPE_INCOMPLETE, ENVELOPE_MALFORMED, UNKNOWN_VERSION or TOO_LARGE
   */
  public static Envelope parse(Map<String, String> metadata) {
    return EnvelopeParser.parse(fields(metadata), false);
  }

  /**
   * Reads the fields that the id of an upload holds (format 6.2): those of an envelope without
   * tags, stamp and names as sealed.
   *
   * @throws FormatException as {@link #parse}
   */
  public static Envelope parseOfUpload(Map<String, String> metadata) {
    return EnvelopeParser.parse(fields(metadata), true);
  }

  private static Map<String, String> fields(Map<String, String> metadata) {
    Map<String, String> fields = new LinkedHashMap<>();
    metadata.forEach(
        (name, value) -> {
          if (isOurs(name)) {
            if (!EnvelopeFields.ALL.contains(name)) {
              throw malformed(name, "this version knows no such field");
            }
            if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
              throw malformed(name, "not plain ASCII");
            }
            fields.put(name, value);
          }
        });
    requireFits(bytesOf(fields), MAX_BYTES, "the envelope");
    return fields;
  }

  /**
   * Returns the version of the master key that made the wrapped key under it ({@code bucketKey},
   * else {@code wrappedDataKey}): as that key states it, else the stamp; null where neither does
   * (customer-provided keys, backends without versions). Not proved before the key was unwrapped.
   */
  public @Nullable String masterKeyVersion() {
    if (keyId == null) {
      return null;
    }
    String stated = versionStatedBy(bucketKey == null ? wrappedDataKey : bucketKey);
    return stated == null ? stamp : stated;
  }

  /**
   * Returns the version of the master key that a wrapped key states itself, null where it states
   * none. Not proved before the key was unwrapped.
   */
  public static @Nullable String versionStatedBy(byte[] wrapped) {
    Matcher transit = TRANSIT_VERSION.matcher(new String(wrapped, StandardCharsets.ISO_8859_1));
    if (transit.lookingAt()) {
      return transit.group(1);
    }
    if (KeyWrap.isVersionedDataKey(wrapped)) {
      return Integer.toUnsignedString(KeyWrap.versionOf(wrapped).number());
    }
    return TokenWrap.isDataKey(wrapped)
        ? Integer.toUnsignedString(TokenWrap.parse(wrapped).version())
        : null;
  }

  /** Returns this envelope with other tags, of the same length. */
  public Envelope withTags(byte[] others) {
    return new Envelope(
        multi,
        names,
        keyId,
        wrappedDataKey,
        bucketKey,
        context,
        from,
        sse,
        headerHint,
        others,
        stamp);
  }

  static String blobText(byte[] blob) {
    String text = new String(blob, StandardCharsets.ISO_8859_1);
    return text.startsWith(TRANSIT) ? text : CanonicalBase64.encode(blob);
  }

  static byte[] blobBytes(String field, String text) {
    return text.startsWith(TRANSIT)
        ? text.getBytes(StandardCharsets.ISO_8859_1)
        : CanonicalBase64.decode(field, text);
  }

  static FormatException malformed(String field, String why) {
    return new FormatException(
        Failure.ENVELOPE_MALFORMED,
        "metadata field %s: %s. Metadata was changed: restore the object or its metadata"
            .formatted(field, why));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Envelope that && toMetadata().equals(that.toMetadata());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wrappedDataKey);
  }

  @Override
  public String toString() {
    return "Envelope[%s, names=%s, key=%s, sse=%s]"
        .formatted(multi ? "multi" : "single", names, keyId, sse);
  }
}
