package io.claviger.format;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The id of a multipart upload as callers hold it (format 6.2): the store's id and, behind it, what
 * any process needs to seal parts of the upload. Nothing behind the store's id reaches the store;
 * nothing in it is trusted before the data key was unwrapped for the name of the request.
 *
 * @param storeId the id that the store gave out
 * @param envelope the fields of the upload's envelope that parts need (format 6.2)
 * @param checksumAlgorithm the upload's algorithm in S3's spelling, empty for none
 */
public record UploadId(String storeId, Map<String, String> envelope, String checksumAlgorithm) {
  /** Stands between the store's id and ours; the last one counts. */
  private static final String MARK = ".claviger1.";

  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();
  private static final String ALGORITHM = "[A-Z0-9_]{0,20}";

  /*
   * fields = 7 times (length 2, big-endian | bytes), nothing behind; length 0: no such field.
   * 0 claviger       as in the envelope      4 claviger-ctx  canonical bytes
   * 1 claviger-key   UTF-8 of the key's id   5 claviger-sse  as in the envelope
   * 2 claviger-dek   the wrapped data key    6               checksum algorithm
   * 3 claviger-bk    the wrapped bucket key
   */
  private static final int FIELDS = 7;

  /** Fields of an envelope that no part needs. */
  private static final Set<String> NOT_KEPT =
      Set.of(EnvelopeFields.FROM, EnvelopeFields.TAGS, EnvelopeFields.STAMP);

  public UploadId {
    envelope = Map.copyOf(envelope);
    if (!checksumAlgorithm.matches(ALGORITHM)) {
      throw malformed("it names no checksum algorithm");
    }
  }

  /**
   * Returns the id of an upload.
   *
   * @param envelope the envelope that was sent with its creation
   * @throws FormatException as {@link Envelope#parse}, or ENVELOPE_MALFORMED if it is none of a
   *     multipart object
   */
  public static UploadId of(
      String storeId, Map<String, String> envelope, String checksumAlgorithm) {
    Map<String, String> kept = new LinkedHashMap<>(envelope);
    kept.keySet().removeAll(NOT_KEPT);
    requireMulti(Envelope.parseOfUpload(kept));
    return new UploadId(storeId, kept, checksumAlgorithm);
  }

  /** Returns what the store called the upload: {@code id} itself when nothing stands behind it. */
  public static String storeIdOf(String id) {
    int mark = id.lastIndexOf(MARK);
    return mark < 0 ? id : id.substring(0, mark);
  }

  /**
   * Reads an id; empty for one of the store's own, with nothing behind it.
   *
   * @throws FormatException ENVELOPE_MALFORMED, ENVELOPE_INCOMPLETE, UNKNOWN_VERSION or TOO_LARGE
   */
  public static Optional<UploadId> parse(String id) {
    int mark = id.lastIndexOf(MARK);
    if (mark < 0) {
      return Optional.empty();
    }
    UploadId parsed = decode(id.substring(0, mark), id.substring(mark + MARK.length()));
    if (!parsed.text().equals(id)) {
      throw malformed("it has another spelling than Claviger gave out");
    }
    return Optional.of(parsed);
  }

  private static UploadId decode(String storeId, String text) {
    byte[][] fields;
    try {
      fields = split(ByteBuffer.wrap(FROM_TEXT.decode(text)));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw malformed("what stands behind \"%s\" was cut or changed".formatted(MARK));
    }
    Map<String, String> envelope = new LinkedHashMap<>();
    put(envelope, EnvelopeFields.MAIN, utf8(fields[0]));
    put(envelope, EnvelopeFields.KEY, PercentEncoding.encode(utf8(fields[1])));
    put(envelope, EnvelopeFields.DATA_KEY, Envelope.blobText(fields[2]));
    put(envelope, EnvelopeFields.BUCKET_KEY, Envelope.blobText(fields[3]));
    put(envelope, EnvelopeFields.CONTEXT, CanonicalBase64.encode(fields[4]));
    put(envelope, EnvelopeFields.SSE, utf8(fields[5]));
    requireMulti(Envelope.parseOfUpload(envelope));
    return new UploadId(storeId, envelope, utf8(fields[6]));
  }

  private static byte[][] split(ByteBuffer in) {
    byte[][] fields = new byte[FIELDS][];
    for (int i = 0; i < FIELDS; i++) {
      int length = in.getShort() & 0xffff;
      if (length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      fields[i] = new byte[length];
      in.get(fields[i]);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("bytes behind the last field");
    }
    return fields;
  }

  private static void put(Map<String, String> envelope, String name, String value) {
    if (!value.isEmpty()) {
      envelope.put(name, value);
    }
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the whole id, as callers hold it. */
  public String text() {
    Envelope parsed = Envelope.parseOfUpload(envelope);
    String keyId = parsed.keyId();
    List<byte[]> fields =
        Arrays.asList(
            utf8(envelope.get(EnvelopeFields.MAIN)),
            utf8(keyId),
            parsed.wrappedDataKey(),
            bytes(parsed.bucketKey()),
            bytes(parsed.context()),
            utf8(parsed.sse()),
            utf8(checksumAlgorithm));
    ByteBuffer out =
        ByteBuffer.allocate(fields.stream().mapToInt(f -> Short.BYTES + f.length).sum());
    fields.forEach(field -> out.putShort((short) field.length).put(field));
    return storeId + MARK + TO_TEXT.encodeToString(out.array());
  }

  private static byte[] utf8(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  private static void requireMulti(Envelope envelope) {
    if (!envelope.multi()) {
      throw malformed("it belongs to an object of one part");
    }
  }

  private static FormatException malformed(String why) {
    return new FormatException(
        Failure.ENVELOPE_MALFORMED,
        "the upload id is none that Claviger gave out: %s. Use the id of CreateMultipartUpload as it was returned"
            .formatted(why));
  }
}
