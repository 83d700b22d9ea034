package io.claviger.s3.internal.wire;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.api.SseParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Names of HTTP headers, what S3 calls things on the wire; those of encryption parameters are
 * {@link SseHeaders}' and those of user metadata {@link UserMetadata}'s.
 */
public final class ObjectHeaders {
  public static final String CONTENT_LENGTH = "Content-Length";
  public static final String CONTENT_MD5 = "Content-MD5";
  public static final String CONTENT_RANGE = "Content-Range";
  public static final String RANGE = "Range";
  public static final String CHECKSUM_PREFIX = "x-amz-checksum-";
  public static final String CHECKSUM_ALGORITHM = CHECKSUM_PREFIX + "algorithm";
  private static final String SSE = SseHeaders.SSE;
  static final String COPY_SOURCE = "x-amz-copy-source";
  public static final String COPY_SOURCE_VERSION = COPY_SOURCE + "-version-id";
  public static final String ETAG = "ETag";
  public static final String IF_MATCH = "If-Match";
  public static final String EXPIRES = "Expires";

  /** S3's status for a range or part that the object does not have. */
  public static final int NOT_SATISFIABLE = 416;

  /** A parameter of the query, not a header. */
  public static final String PART_NUMBER = "partNumber";

  public static final String TAGGING = "x-amz-tagging";

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
          UserMetadata.OURS);

  /** Of the guarded ones those that say how the body is sent, which is the SDK's to decide. */
  private static final Set<String> FRAMING =
      Set.of("content-length", "transfer-encoding", DECODED_LENGTH);

  /** Query parameters a caller may not set by hand. */
  private static final Set<String> GUARDED_PARAMETERS =
      Set.of("partnumber", "uploadid", "uploads", "append", "select", "renameobject");

  private ObjectHeaders() {}

  /** Whether {@code name} is a header that decides on object bytes. */
  public static boolean isGuarded(String name) {
    for (String guarded : GUARDED) {
      if (begins(name, guarded)) {
        return !CHECKSUM_WORDS.contains(name.toLowerCase(Locale.ROOT));
      }
    }
    return false;
  }

  /** Whether {@code name}, set by hand on a copy, is to be stored with the object that it makes. */
  public static boolean isOfObject(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean stored =
        lower.startsWith("content-")
            || lower.startsWith("x-amz-")
            || lower.equals("cache-control")
            || lower.equals("expires");
    return stored && !isGuarded(name) && !COPY_ONLY.contains(lower);
  }

  /** Whether {@code name} begins with {@code prefix}, in whatever case. */
  public static boolean begins(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /** Whether {@code name} is a query parameter that decides on object bytes. */
  public static boolean isGuardedParameter(String name) {
    return GUARDED_PARAMETERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Removes what must not reach the store: encryption parameters and checksums of the plaintext.
   */
  public static void removePlaintextOnly(SdkHttpRequest.Builder request, SseParameters mode) {
    SseHeaders.remove(request, mode);
    removeStarting(request, CHECKSUM_PREFIX);
    request.removeHeader(CONTENT_MD5);
  }

  /** Removes what makes a request a copy. */
  public static void removeCopy(SdkHttpRequest.Builder request) {
    removeStarting(request, COPY_SOURCE);
    for (String name : COPY_ONLY) {
      request.removeHeader(name);
    }
  }

  /** Returns the header that carries a checksum of {@code algorithm}. */
  public static String checksumHeader(String algorithm) {
    return CHECKSUM_PREFIX + algorithm.toLowerCase(Locale.ROOT);
  }

  static void removeStarting(SdkHttpRequest.Builder request, String prefix) {
    for (String name : named(request, name -> begins(name, prefix))) {
      if (!CHECKSUM_WORDS.contains(name.toLowerCase(Locale.ROOT))) {
        request.removeHeader(name);
      }
    }
  }

  /** Returns the caller's checksums by algorithm name (as in the header, lower case) in base64. */
  public static Map<String, String> checksums(SdkHttpHeaders request) {
    Map<String, String> checksums = new TreeMap<>();
    request.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(CHECKSUM_PREFIX)
              && !CHECKSUM_WORDS.contains(lower)
              && !values.isEmpty()) {
            checksums.put(lower.substring(CHECKSUM_PREFIX.length()), values.get(0));
          }
        });
    return checksums;
  }

  /** Returns the headers that decide on object bytes, lower-case names, as they stand now. */
  public static Map<String, List<String>> guarded(SdkHttpHeaders request) {
    Map<String, List<String>> found = new TreeMap<>();
    request.forEachHeader(
        (name, values) -> {
          if (isGuarded(name) && !begins(name, CHECKSUM_PREFIX)) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!FRAMING.contains(lower)) {
              found.put(lower, List.copyOf(values));
            }
          }
        });
    return found;
  }

  /** Returns the length of the body under the SDK's own framing. */
  public static OptionalLong bodyBytes(SdkHttpHeaders request) {
    OptionalLong decoded = number(request, DECODED_LENGTH);
    return decoded.isPresent() ? decoded : number(request, CONTENT_LENGTH);
  }

  /** Returns the number that a header holds, empty when it is missing or no number. */
  public static OptionalLong number(SdkHttpHeaders headers, String name) {
    long number = Decimal.parse(headers.firstMatchingHeader(name).orElse(""));
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** Removes from an answer what describes stored bytes, and the envelope. */
  public static void hideStored(SdkHttpResponse.Builder response) {
    named(response, ObjectHeaders::isOfStored).forEach(response::removeHeader);
  }

  private static boolean isOfStored(String name) {
    return begins(name, CHECKSUM_PREFIX)
        || name.equalsIgnoreCase(PARTS_COUNT)
        || name.equalsIgnoreCase(OBJECT_SIZE)
        || begins(name, UserMetadata.OURS);
  }

  /** Returns the headers whose name passes; {@code headers()} would copy them all. */
  private static List<String> named(SdkHttpHeaders message, Predicate<String> passes) {
    List<String> names = new ArrayList<>();
    message.forEachHeader(
        (name, values) -> {
          if (passes.test(name)) {
            names.add(name);
          }
        });
    return names;
  }

  /** Removes the headers of an answer that begin with {@code prefix}. */
  public static void hideStarting(SdkHttpResponse.Builder response, String prefix) {
    named(response, name -> begins(name, prefix)).forEach(response::removeHeader);
  }

  /** Removes what the Amazon S3 Encryption Client wrote beside the object. */
  public static void hideForeign(SdkHttpResponse.Builder response) {
    for (String name : S3EncryptionClientKeys.metadataNames()) {
      response.removeHeader(UserMetadata.PREFIX + name);
    }
  }

  /** Reports how many parts the object has, in the answer to a request for one of them. */
  public static void putPartsCount(SdkHttpResponse.Builder response, int count) {
    response.putHeader(PARTS_COUNT, Integer.toString(count));
  }

  /** Makes an error answer with an XML body of {@code bytes} bytes. */
  public static SdkHttpResponse.Builder asError(
      SdkHttpResponse.Builder response, int status, int bytes) {
    return response
        .statusCode(status)
        .putHeader("Content-Type", "application/xml")
        .putHeader(CONTENT_LENGTH, Integer.toString(bytes));
  }
}
