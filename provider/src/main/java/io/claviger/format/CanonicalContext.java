package io.claviger.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.claviger.object.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The canonical form of a context: a JSON object of strings, members sorted by their UTF-8 bytes,
 * no blanks (format 2.3). Equal maps have equal bytes, on every platform.
 */
public final class CanonicalContext {
  private static final String SHORT_ESCAPES = "\b\t\n\f\r\"\\";
  private static final String SHORT_NAMES = "btnfr\"\\";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private CanonicalContext() {}

  /**
   * Returns the canonical bytes of {@code entries}.
   *
   * @throws IllegalArgumentException if a name or value holds a lone surrogate
   */
  public static byte[] encode(Map<String, String> entries) {
    List<byte[][]> members = new ArrayList<>(entries.size());
    entries.forEach(
        (name, value) ->
            members.add(
                new byte[][] {Utf8.encode(name), Utf8.encode(quote(name) + ":" + quote(value))}));
    members.sort((a, b) -> Arrays.compareUnsigned(a[0], b[0]));
    int length = 2 + Math.max(0, members.size() - 1);
    for (byte[][] member : members) {
      length += member[1].length;
    }
    ByteBuffer out = ByteBuffer.allocate(length).put((byte) '{');
    String separator = "";
    for (byte[][] member : members) {
      out.put(Utf8.encode(separator)).put(member[1]);
      separator = ",";
    }
    return out.put((byte) '}').array();
  }

  /**
   * Returns the entries of {@code canonical}.
   *
   * @throws FormatException ENVELOPE_MALFORMED if these are not the canonical bytes of any entries
   */
  public static Map<String, String> decode(byte[] canonical) {
    Map<String, String> entries = new LinkedHashMap<>();
    try (JsonParser in = JSON.createParser(canonical)) {
      boolean isObject = in.nextToken() == JsonToken.START_OBJECT;
      while (isObject && in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        isObject = in.nextToken() == JsonToken.VALUE_STRING;
        entries.put(name, in.getText());
      }
      if (isObject && Arrays.equals(encode(entries), canonical)) {
        return entries;
      }
    } catch (IOException | IllegalArgumentException e) {
      // refused below with the other forms
    }
    throw Envelope.malformed(EnvelopeFields.CONTEXT, "not a context in canonical form");
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int known = SHORT_ESCAPES.indexOf(c);
      if (known >= 0) {
        out.append('\\').append(SHORT_NAMES.charAt(known));
      } else if (c < 0x20) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
