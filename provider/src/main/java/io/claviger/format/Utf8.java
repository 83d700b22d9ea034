package io.claviger.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text as bytes, one text for one sequence of bytes. {@link String#getBytes} writes a question mark
 * for half of a surrogate pair, so that two names would have one form.
 */
public final class Utf8 {
  private Utf8() {}

  /**
   * Returns the UTF-8 bytes of {@code text}.
   *
   * @throws IllegalArgumentException if it holds half of a surrogate pair
   */
  public static byte[] encode(String text) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a name or value holds half of a surrogate pair", e);
    }
  }

  /** Whether {@code text} has UTF-8 bytes: no half of a surrogate pair in it. */
  public static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
