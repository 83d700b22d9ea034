package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ForeignS3ec;
import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/** The only file that knows names of HTTP headers; what S3 calls things on the wire. */
final class ObjectHeaders {
  static final String CONTENT_LENGTH = "Content-Length";
  static final String CONTENT_MD5 = "Content-MD5";
  static final String CONTENT_RANGE = "Content-Range";
  static final String RANGE = "Range";
  static final String CHECKSUM_PREFIX = "x-amz-checksum-";
  static final String CHECKSUM_ALGORITHM = CHECKSUM_PREFIX + "algorithm";
  private static final String SSE = SseHeaders.SSE;
  static final String COPY_SOURCE = "x-amz-copy-source";
  static final String COPY_SOURCE_VERSION = COPY_SOURCE + "-version-id";
  static final String ETAG = "ETag";
  static final String EXPIRES = "Expires";

  /** A parameter of the query, not a header. */
  static final String PART_NUMBER = "partNumber";

  static final String TAGGING = "x-amz-tagging";

  /** Most bytes of user metadata, names and values, that S3 takes. */
  static final int MAX_METADATA_BYTES = 2048;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final String METADATA = "x-amz-meta-";
  private static final String METADATA_DIRECTIVE = "x-amz-metadata-directive";
  private static final String DECODED_LENGTH = "x-amz-decoded-content-length";
  private static final String PARTS_COUNT = "x-amz-mp-parts-count";
  private static final String OBJECT_SIZE = "x-amz-object-size";
  private static final Set<String> CHECKSUM_WORDS =
      Set.of("x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type");

  private static final List<String> COPY_ONLY =
      List.of(
          METADATA_DIRECTIVE,
          "x-amz-tagging-directive",
          "x-amz-object-annotation-directive",
          "x-amz-checksum-algorithm",
          "x-amz-source-expected-bucket-owner");

  /** Headers a caller may not set by hand: they change object bytes or how they are described. */
  private static final List<String> GUARDED =
      List.of(
          "range",
          "content-length",
          "content-md5",
          "content-range",
          "transfer-encoding",
          DECODED_LENGTH,
          CHECKSUM_PREFIX,
          SSE,
          "x-amz-copy-source",
          METADATA_DIRECTIVE,
          "x-amz-write-offset-bytes",
          METADATA + "claviger");

  /** Query parameters a caller may not set by hand. */
  private static final Set<String> GUARDED_PARAMETERS =
      Set.of("partnumber", "uploadid", "uploads", "append", "select", "renameobject");

  private ObjectHeaders() {}

  /** Whether {@code name} is a header that decides on object bytes. */
  static boolean isGuarded(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !CHECKSUM_WORDS.contains(lower) && GUARDED.stream().anyMatch(lower::startsWith);
  }

  /** Whether {@code name} is a query parameter that decides on object bytes. */
  static boolean isGuardedParameter(String name) {
    return GUARDED_PARAMETERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a caller's metadata name (without prefix) belongs to us. */
  static boolean isReservedMetadata(String name) {
    return EncryptionService.isSealed(Map.of(name.trim().toLowerCase(Locale.ROOT), ""));
  }

  /** Returns the bytes that S3 counts of {@code metadata}: names and values. */
  static int metadataBytes(Map<String, String> metadata) {
    return metadata.entrySet().stream()
        .mapToInt(e -> utf8Bytes(e.getKey()) + utf8Bytes(e.getValue()))
        .sum();
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Adds the envelope to a request. */
  static void putMetadata(SdkHttpRequest.Builder request, Map<String, String> envelope) {
    envelope.forEach((name, value) -> request.putHeader(METADATA + name, value));
  }

  /** Removes what must not reach the store: encryption parameters and sums of the plaintext. */
  static void removePlaintextOnly(
      SdkHttpRequest.Builder request, ClavigerInterceptor.SseParameters mode) {
    SseHeaders.remove(request, mode);
    removeStarting(request, CHECKSUM_PREFIX);
    request.removeHeader(CONTENT_MD5);
  }

  /**
   * Checks that a caller's metadata is the caller's own.
   *
   * @throws ClavigerS3Exception BAD_REQUEST for a name of ours
   */
  static void requireCallersOwn(String where, Map<String, String> metadata) {
    for (String name : metadata.keySet()) {
      if (isReservedMetadata(name)) {
        throw ClavigerS3Exception.of(
            ClavigerS3Exception.Failure.BAD_REQUEST,
            where,
            "user metadata \"%s\": names that begin with \"claviger\" are reserved. Rename it"
                .formatted(name));
      }
    }
  }

  /**
   * Checks that a caller's metadata and the envelope fit beside an object.
   *
   * @throws ClavigerS3Exception BAD_REQUEST with the numbers if they do not
   */
  static void requireFits(
      String where, Map<String, String> metadata, Map<String, String> envelope) {
    int ours = metadataBytes(envelope);
    int bytes = metadataBytes(metadata) + ours;
    if (bytes > MAX_METADATA_BYTES) {
      throw ClavigerS3Exception.of(
          ClavigerS3Exception.Failure.BAD_REQUEST,
          where,
          "user metadata would take %d bytes, %d of them the envelope; S3 takes %d. Shorten the object's own metadata or the encryption context"
              .formatted(bytes, ours, MAX_METADATA_BYTES));
    }
  }

  /** Removes what makes a request a copy. */
  static void removeCopy(SdkHttpRequest.Builder request) {
    removeStarting(request, COPY_SOURCE);
    for (String name : COPY_ONLY) {
      request.removeHeader(name);
    }
  }

  /** Returns the header that carries a sum of {@code algorithm}. */
  static String checksumHeader(String algorithm) {
    return CHECKSUM_PREFIX + algorithm.toLowerCase(Locale.ROOT);
  }

  static void removeStarting(SdkHttpRequest.Builder request, String prefix) {
    named(request, lower -> lower.startsWith(prefix) && !CHECKSUM_WORDS.contains(lower))
        .forEach(request::removeHeader);
  }

  /** Returns the caller's sums by algorithm name (as in the header, lower case) in base64. */
  static Map<String, String> checksums(SdkHttpHeaders request) {
    Map<String, String> sums = new TreeMap<>();
    request.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(CHECKSUM_PREFIX)
              && !CHECKSUM_WORDS.contains(lower)
              && !values.isEmpty()) {
            sums.put(lower.substring(CHECKSUM_PREFIX.length()), values.get(0));
          }
        });
    return sums;
  }

  /** Returns the headers that decide on object bytes, lower-case names, as they stand now. */
  static Map<String, List<String>> guarded(SdkHttpHeaders request) {
    Map<String, List<String>> found = new TreeMap<>();
    request.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (isGuarded(lower)
              && !lower.startsWith(CHECKSUM_PREFIX)
              && !lower.equals("content-length")
              && !lower.equals("transfer-encoding")
              && !lower.equals(DECODED_LENGTH)) {
            found.put(lower, List.copyOf(values));
          }
        });
    return found;
  }

  /** Returns the length of the body under the SDK's own framing. */
  static OptionalLong bodyBytes(SdkHttpHeaders request) {
    OptionalLong decoded = number(request, DECODED_LENGTH);
    return decoded.isPresent() ? decoded : number(request, CONTENT_LENGTH);
  }

  /** Returns the number that a header holds, empty when it is missing or no number. */
  static OptionalLong number(SdkHttpHeaders headers, String name) {
    String value = headers.firstMatchingHeader(name).orElse("");
    return NUMBER.matcher(value).matches()
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }

  /**
   * Returns the user metadata of an answer, lower-case names without prefix.
   *
   * @throws FormatException ENVELOPE_MALFORMED for a field of ours that is there twice
   */
  static Map<String, String> metadata(SdkHttpHeaders response) {
    Map<String, String> metadata = new LinkedHashMap<>();
    response.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(METADATA) && !values.isEmpty()) {
            String bare = lower.substring(METADATA.length());
            boolean doubled = values.size() > 1 || metadata.containsKey(bare);
            if (doubled && isReservedMetadata(bare)) {
              throw new FormatException(
                  Failure.ENVELOPE_MALFORMED,
                  "metadata field %s is there twice. Metadata was changed: restore the object or its metadata"
                      .formatted(bare));
            }
            metadata.put(bare, values.get(0));
          }
        });
    return metadata;
  }

  /** Removes from an answer what describes stored bytes, and our metadata. */
  static void hideStored(SdkHttpResponse.Builder response) {
    named(response, ObjectHeaders::isOfStored).forEach(response::removeHeader);
  }

  private static boolean isOfStored(String lower) {
    return lower.startsWith(CHECKSUM_PREFIX)
        || lower.equals(PARTS_COUNT)
        || lower.equals(OBJECT_SIZE)
        || lower.startsWith(METADATA) && isReservedMetadata(lower.substring(METADATA.length()));
  }

  /** Returns the headers whose lower-case name passes; {@code headers()} would copy them all. */
  private static List<String> named(SdkHttpHeaders message, Predicate<String> lowerCase) {
    List<String> names = new ArrayList<>();
    message.forEachHeader(
        (name, values) -> {
          if (lowerCase.test(name.toLowerCase(Locale.ROOT))) {
            names.add(name);
          }
        });
    return names;
  }

  /** Removes the headers of an answer that begin with {@code prefix}. */
  static void hideStarting(SdkHttpResponse.Builder response, String prefix) {
    named(response, lower -> lower.startsWith(prefix)).forEach(response::removeHeader);
  }

  /** Removes what the Amazon S3 Encryption Client wrote beside the object. */
  static void hideForeign(SdkHttpResponse.Builder response) {
    for (String name : ForeignS3ec.metadataNames()) {
      response.removeHeader(METADATA + name);
    }
  }

  /** Tells of how many parts the object is, to whoever asked for one. */
  static void putPartsCount(SdkHttpResponse.Builder response, int count) {
    response.putHeader(PARTS_COUNT, Integer.toString(count));
  }

  /** Makes an error answer with an XML body of {@code bytes} bytes. */
  static SdkHttpResponse.Builder asError(SdkHttpResponse.Builder response, int status, int bytes) {
    return response
        .statusCode(status)
        .putHeader("Content-Type", "application/xml")
        .putHeader(CONTENT_LENGTH, Integer.toString(bytes));
  }
}
