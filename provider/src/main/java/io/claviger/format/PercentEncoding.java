package io.claviger.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding in its one canonical form: all but the unreserved characters of RFC 3986 section
 * 2.3, upper-case hexadecimal digits, UTF-8.
 */
final class PercentEncoding {
  private static final String UNRESERVED_MARKS = "-._~";

  private PercentEncoding() {}

  static String encode(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(b)) {
        out.append((char) b);
      } else {
        out.append("%%%02X".formatted(b));
      }
    }
    return out.toString();
  }

  /** Returns the text; ENVELOPE_MALFORMED, naming {@code field}, for another form. */
  static String decode(String field, String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      for (int i = 0; i < encoded.length(); i++) {
        char c = encoded.charAt(i);
        if (c == '%') {
          bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
          i += 2;
        } else {
          bytes.write(c);
        }
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      if (!text.isEmpty() && encode(text).equals(encoded)) {
        return text;
      }
    } catch (CharacterCodingException | RuntimeException e) {
      // refused below with the other forms
    }
    throw Envelope.malformed(field, "not canonical percent-encoding (RFC 3986)");
  }

  private static boolean isUnreserved(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || UNRESERVED_MARKS.indexOf(b) >= 0;
  }
}
