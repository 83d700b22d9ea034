package io.claviger.format;

import static io.claviger.format.Envelope.SSE_WORDS;
import static io.claviger.format.Envelope.blobBytes;
import static io.claviger.format.Envelope.malformed;
import static io.claviger.format.Envelope.requireFits;
import static io.claviger.format.EnvelopeFields.BUCKET_KEY;
import static io.claviger.format.EnvelopeFields.CONTEXT;
import static io.claviger.format.EnvelopeFields.DATA_KEY;
import static io.claviger.format.EnvelopeFields.FROM;
import static io.claviger.format.EnvelopeFields.HEADER;
import static io.claviger.format.EnvelopeFields.KEY;
import static io.claviger.format.EnvelopeFields.MAIN;
import static io.claviger.format.EnvelopeFields.SSE;
import static io.claviger.format.EnvelopeFields.STAMP;
import static io.claviger.format.EnvelopeFields.TAGS;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields of an envelope (format 3) and refuses what is not of its form. */
final class EnvelopeParser {
  private static final String RESERVED_NAMES = EnvelopeFields.PREFIX + ":";

  private static final Pattern STAMP_FORM = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

  private EnvelopeParser() {}

  /**
   * @param ofUpload whether the fields are those that the id of an upload holds
   */
  static Envelope parse(Map<String, String> fields, boolean ofUpload) {
    String[] main = require(fields, MAIN).split(";", -1);
    if (!main[0].equals("1")) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "envelope version \"%s\", this library reads version 1. Use a newer one"
              .formatted(main[0]));
    }
    if (main.length != 3
        || !Set.of("single", "multi").contains(main[1])
        || !main[2].startsWith("names=")) {
      throw malformed(MAIN, "expected 1;single|multi;names=..");
    }
    boolean multi = main[1].equals("multi");
    NameBinding names =
        Arrays.stream(NameBinding.values())
            .filter(n -> main[2].equals("names=" + n.wireName()))
            .findFirst()
            .orElseThrow(() -> malformed(MAIN, "names is none of object, bucket, none"));
    String sse = require(fields, SSE);
    if (!SSE_WORDS.contains(sse)) {
      throw malformed(SSE, "expected one of AES256, aws:kms, customer");
    }
    boolean customer = sse.equals("customer");
    requirePresence(fields, KEY, !customer);
    requirePresence(fields, HEADER, !multi);
    requirePresence(fields, TAGS, !ofUpload);
    if (customer || ofUpload) {
      requirePresence(fields, STAMP, false);
    }
    String key = fields.get(KEY);
    String bucketKey = fields.get(BUCKET_KEY);
    if (bucketKey != null) {
      requirePresence(fields, BUCKET_KEY, !customer && names != NameBinding.NONE);
    }
    String context = fields.get(CONTEXT);
    String from = fields.get(FROM);
    String header = fields.get(HEADER);
    String tags = fields.get(TAGS);
    return new Envelope(
        multi,
        names,
        key == null ? null : PercentEncoding.decode(KEY, key),
        blobBytes(DATA_KEY, require(fields, DATA_KEY)),
        bucketKey == null ? null : blobBytes(BUCKET_KEY, bucketKey),
        context == null ? null : decodeContext(context),
        from == null ? null : CanonicalBase64.decode(FROM, from),
        sse,
        header == null ? null : fixed(HEADER, header, PartOpener.HINT_BYTES),
        tags == null ? null : fixed(TAGS, tags, MetadataTags.BYTES),
        stamp(fields.get(STAMP)));
  }

  private static byte[] fixed(String field, String text, int length) {
    byte[] bytes = CanonicalBase64.decode(field, text);
    if (bytes.length != length) {
      throw malformed(field, "%d bytes, expected %d".formatted(bytes.length, length));
    }
    return bytes;
  }

  private static @Nullable String stamp(@Nullable String text) {
    if (text != null && !STAMP_FORM.matcher(text).matches()) {
      throw malformed(STAMP, "expected 1 to 64 letters, digits and ._~-");
    }
    return text;
  }

  private static byte[] decodeContext(String text) {
    byte[] canonical = CanonicalBase64.decode(CONTEXT, text);
    requireFits(canonical.length, Envelope.MAX_CONTEXT_BYTES, "the encryption context");
    Map<String, String> entries = CanonicalContext.decode(canonical);
    if (entries.isEmpty()) {
      throw malformed(CONTEXT, "an empty context is left out");
    }
    if (entries.keySet().stream().anyMatch(name -> name.startsWith(RESERVED_NAMES))) {
      throw malformed(CONTEXT, "names that begin with " + RESERVED_NAMES + " are no caller's");
    }
    return canonical;
  }

  private static String require(Map<String, String> fields, String name) {
    requirePresence(fields, name, true);
    return fields.getOrDefault(name, "");
  }

  private static void requirePresence(Map<String, String> fields, String name, boolean wanted) {
    if (fields.containsKey(name) != wanted) {
      throw new FormatException(
          Failure.ENVELOPE_INCOMPLETE,
          "metadata field %s is %s. Metadata was lost or changed: restore the object or its metadata"
              .formatted(name, wanted ? "missing" : "there where it does not belong"));
    }
  }
}
