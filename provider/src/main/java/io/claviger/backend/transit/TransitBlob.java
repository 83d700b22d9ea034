package io.claviger.backend.transit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a blob: the ASCII of Transit's own text, {@code vault:vN:BASE64}, in its one canonical
 * form. Vault itself is lenient about base64, so another form is refused here, before it is sent.
 */
final class TransitBlob {
  private static final Pattern FORM =
      Pattern.compile("vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+=*)");
  private static final int LEAST_BYTES = 12 + 16;

  private TransitBlob() {}

  static byte[] of(String ciphertext) {
    return ciphertext.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns Transit's text, or null if these bytes are none in canonical form. */
  static @Nullable String text(byte[] blob) {
    String text = new String(blob, StandardCharsets.ISO_8859_1);
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(form.group(2));
      boolean canonical = Base64.getEncoder().encodeToString(bytes).equals(form.group(2));
      return canonical && bytes.length >= LEAST_BYTES ? text : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the version that a text of Transit names. */
  static int version(String ciphertext) {
    Matcher form = FORM.matcher(ciphertext);
    return form.matches() ? Integer.parseInt(form.group(1)) : 0;
  }
}
