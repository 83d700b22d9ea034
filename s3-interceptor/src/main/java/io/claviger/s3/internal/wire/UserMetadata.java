package io.claviger.s3.internal.wire;

import io.claviger.format.Envelope;
import io.claviger.format.EnvelopeFields;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.s3.api.ClavigerS3Exception;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpRequest;

/** User metadata of objects: the envelope is stored in it, beside the caller's own. */
public final class UserMetadata {
  /** Begins every header that carries some. */
  static final String PREFIX = "x-amz-meta-";

  /** Begins every envelope header. */
  static final String OURS = PREFIX + EnvelopeFields.PREFIX;

  /** Most bytes, names and values, that S3 takes. */
  private static final int MAX_BYTES = 2048;

  private UserMetadata() {}

  /** Whether a caller's metadata name (without prefix) belongs to us. */
  public static boolean isReserved(String name) {
    return Envelope.isOurs(name.trim().toLowerCase(Locale.ROOT));
  }

  /** Returns the bytes that S3 counts of {@code metadata}: names and values. */
  private static int bytesOf(Map<String, String> metadata) {
    return metadata.entrySet().stream()
        .mapToInt(e -> utf8Bytes(e.getKey()) + utf8Bytes(e.getValue()))
        .sum();
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Adds the envelope to a request. */
  public static void put(SdkHttpRequest.Builder request, Map<String, String> envelope) {
    envelope.forEach((name, value) -> request.putHeader(PREFIX + name, value));
  }

  /**
   * Checks that a caller's metadata is the caller's own.
   *
   * @throws ClavigerS3Exception BAD_REQUEST for a name that is reserved for envelopes
   */
  public static void requireCallersOwn(String where, Map<String, String> metadata) {
    for (String name : metadata.keySet()) {
      if (isReserved(name)) {
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
  public static void requireFits(
      String where, Map<String, String> metadata, Map<String, String> envelope) {
    int ours = bytesOf(envelope);
    int bytes = bytesOf(metadata) + ours;
    if (bytes > MAX_BYTES) {
      throw ClavigerS3Exception.of(
          ClavigerS3Exception.Failure.BAD_REQUEST,
          where,
          "user metadata would take %d bytes, %d of them the envelope; S3 takes %d. Shorten the object's own metadata or the encryption context"
              .formatted(bytes, ours, MAX_BYTES));
    }
  }

  /**
   * Returns the user metadata of an answer, lower-case names without prefix.
   *
   * @throws FormatException ENVELOPE_MALFORMED for an envelope field that is there twice
   */
  public static Map<String, String> of(SdkHttpHeaders response) {
    Map<String, String> metadata = new LinkedHashMap<>();
    response.forEachHeader(
        (name, values) -> {
          if (ObjectHeaders.begins(name, PREFIX) && !values.isEmpty()) {
            String bare = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
            boolean doubled = values.size() > 1 || metadata.containsKey(bare);
            if (doubled && isReserved(bare)) {
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
}
