package io.claviger.format;

import java.util.Base64;

/** Base64 of RFC 4648 section 4 in its one canonical form: padded, trailing bits zero. */
final class CanonicalBase64 {
  private CanonicalBase64() {}

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Returns the bytes of {@code text}; ENVELOPE_MALFORMED, naming {@code field}, for another form.
   */
  static byte[] decode(String field, String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (encode(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // refused below with the other forms
    }
    throw Envelope.malformed(field, "not canonical base64 (RFC 4648, padded)");
  }
}
