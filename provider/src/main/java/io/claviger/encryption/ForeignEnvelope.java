package io.claviger.encryption;

import io.claviger.engine.AesGcm;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the Amazon S3 Encryption Client writes beside an object; the only file that knows its names
 * and values. Version 2 of its message format has a random IV and no commitment, version 3 derives
 * key and commitment from a message id.
 *
 * @param wrapping how the data key is wrapped
 * @param wrappedKey the wrapped data key
 * @param content the content algorithm as every wrapping authenticates it
 * @param context what AWS KMS authenticates; empty for the other wrappings
 * @param iv version 2: the IV of the content
 * @param messageId version 3: the salt of the derivation, else null
 * @param commitment version 3: what the derivation must give, else null
 */
record ForeignEnvelope(
    ForeignWrapping wrapping,
    byte[] wrappedKey,
    String content,
    Map<String, String> context,
    byte[] iv,
    byte @Nullable [] messageId,
    byte @Nullable [] commitment) {
  /** Version 3's only content algorithm, AES-256-GCM with HKDF-SHA-512 and key commitment. */
  static final int COMMITTING_SUITE = 115;

  private static final int COMMITTED_BYTES = 28;
  private static final String GCM = "AES/GCM/NoPadding";

  private static final String KEY_V1 = "x-amz-key";
  private static final String KEY_V2 = "x-amz-key-v2";
  private static final String IV = "x-amz-iv";
  private static final String CONTENT = "x-amz-cek-alg";
  private static final String WRAPPING = "x-amz-wrap-alg";
  private static final String TAG_BITS = "x-amz-tag-len";
  private static final String CONTEXT = "x-amz-matdesc";
  private static final String KEY_V3 = "x-amz-3";
  private static final String CONTENT_V3 = "x-amz-c";
  private static final String WRAPPING_V3 = "x-amz-w";
  private static final String COMMITMENT_V3 = "x-amz-d";
  private static final String MESSAGE_ID_V3 = "x-amz-i";
  private static final String CONTEXT_V3 = "x-amz-t";
  private static final Set<String> MARKS = Set.of(KEY_V1, KEY_V2, KEY_V3, CONTENT_V3);

  /** Every name of user metadata that it writes. */
  static final Set<String> NAMES =
      Set.of(
          KEY_V1,
          KEY_V2,
          IV,
          CONTENT,
          WRAPPING,
          TAG_BITS,
          CONTEXT,
          "x-amz-unencrypted-content-length",
          KEY_V3,
          CONTENT_V3,
          WRAPPING_V3,
          COMMITMENT_V3,
          MESSAGE_ID_V3,
          "x-amz-m",
          CONTEXT_V3);

  static boolean isIn(Map<String, String> metadata) {
    for (String mark : MARKS) {
      if (metadata.containsKey(mark)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the metadata of an object.
   *
   * @throws FormatException ENVELOPE_INCOMPLETE, ENVELOPE_MALFORMED; or UNKNOWN_VERSION for
   *     versions, content and wrapping algorithms other than those named above
   */
  static ForeignEnvelope read(Map<String, String> metadata) {
    boolean v3 = metadata.containsKey(CONTENT_V3) || metadata.containsKey(KEY_V3);
    boolean v2 = metadata.containsKey(KEY_V2);
    if (v3 && v2) {
      throw new FormatException(
          Failure.ENVELOPE_MALFORMED,
          "the S3 Encryption Client's versions 2 and 3 both left their marks. Restore the object");
    }
    return v3 ? version3(metadata) : version2(metadata);
  }

  private static ForeignEnvelope version2(Map<String, String> metadata) {
    require(metadata, KEY_V2, null);
    require(metadata, CONTENT, GCM);
    ForeignWrapping wrapping = wrapping(metadata, WRAPPING, false);
    if (metadata.containsKey(TAG_BITS)) {
      require(metadata, TAG_BITS, "128");
    }
    return new ForeignEnvelope(
        wrapping,
        bytes(metadata, KEY_V2, wrapping.fewestBytes, wrapping.mostBytes),
        GCM,
        context(wrapping, metadata, CONTEXT, GCM),
        bytes(metadata, IV, AesGcm.IV_BYTES, AesGcm.IV_BYTES),
        null,
        null);
  }

  private static ForeignEnvelope version3(Map<String, String> metadata) {
    if (!metadata.containsKey(KEY_V3)) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "the S3 Encryption Client keeps the key of this object in an instruction file, which is not read here. Read it with that client");
    }
    String suite = Integer.toString(COMMITTING_SUITE);
    require(metadata, CONTENT_V3, suite);
    ForeignWrapping wrapping = wrapping(metadata, WRAPPING_V3, true);
    byte[] iv = new byte[AesGcm.IV_BYTES];
    Arrays.fill(iv, (byte) 1);
    return new ForeignEnvelope(
        wrapping,
        bytes(metadata, KEY_V3, wrapping.fewestBytes, wrapping.mostBytes),
        suite,
        context(wrapping, metadata, CONTEXT_V3, suite),
        iv,
        bytes(metadata, MESSAGE_ID_V3, COMMITTED_BYTES, COMMITTED_BYTES),
        bytes(metadata, COMMITMENT_V3, COMMITTED_BYTES, COMMITTED_BYTES));
  }

  private static ForeignWrapping wrapping(
      Map<String, String> metadata, String name, boolean version3) {
    String found = require(metadata, name, null);
    ForeignWrapping wrapping = ForeignWrapping.named(found, version3);
    if (wrapping == null) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "the S3 Encryption Client's metadata \"%s\" is \"%s\": keys under AES-GCM, RSA-OAEP with SHA-1 and AWS KMS with a context are read here. Read it with that client"
              .formatted(name, found));
    }
    return wrapping;
  }

  private static Map<String, String> context(
      ForeignWrapping wrapping, Map<String, String> metadata, String name, String content) {
    return wrapping == ForeignWrapping.KMS
        ? ForeignContext.read(name, require(metadata, name, null), content)
        : Map.of();
  }

  /** Returns the content algorithm as the wrappings authenticate it. */
  byte[] contentBytes() {
    return content.getBytes(StandardCharsets.US_ASCII);
  }

  private static String require(Map<String, String> metadata, String name, @Nullable String value) {
    String found = metadata.get(name);
    if (found == null) {
      throw new FormatException(
          name.equals(KEY_V2) ? Failure.UNKNOWN_VERSION : Failure.ENVELOPE_INCOMPLETE,
          "the S3 Encryption Client's metadata \"%s\" is missing. Objects of its versions 2 and 3 are read; read others with that client"
              .formatted(name));
    }
    if (value != null && !found.equals(value)) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "the S3 Encryption Client's metadata \"%s\" is \"%s\", expected \"%s\": only authenticated content (AES-GCM) is read here. Read it with that client"
              .formatted(name, found, value));
    }
    return found;
  }

  private static byte[] bytes(Map<String, String> metadata, String name, int fewest, int most) {
    byte[] found;
    try {
      found = Base64.getDecoder().decode(require(metadata, name, null));
    } catch (IllegalArgumentException e) {
      found = new byte[0];
    }
    if (found.length < fewest || found.length > most) {
      throw new FormatException(
          Failure.ENVELOPE_MALFORMED,
          "the S3 Encryption Client's metadata \"%s\" is not %s bytes of base64. Restore the object"
              .formatted(name, fewest == most ? fewest : fewest + " to " + most));
    }
    return found;
  }
}
