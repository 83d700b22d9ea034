package io.claviger.format;

import io.claviger.object.FormatException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The canonical form of header values (format 3.1): what HTTP clients, proxies and stores may write
 * in another way, on the way to the object and back, is written in one way.
 */
final class CanonicalHeader {
  private static final String AWS_CHUNKED = "aws-chunked";
  private static final List<DateTimeFormatter> DATES =
      List.of(DateTimeFormatter.RFC_1123_DATE_TIME, DateTimeFormatter.ISO_INSTANT);

  /** Encoded words (RFC 2047 section 2); few values have any. */
  private static final class Words {
    static final Pattern WORD = Pattern.compile("=\\?[!-<>@-~]+\\?([BbQq])\\?([!->@-~]*)\\?=");
    static final Pattern BETWEEN = Pattern.compile("\\?=[ \t]+=\\?");

    private Words() {}
  }

  private CanonicalHeader() {}

  /** Returns the form of the value of a covered header. */
  static String value(CoveredHeader header, String value) {
    return switch (header) {
      case USER_METADATA -> joined(printable(value), ",");
      case CONTENT_DISPOSITION -> joined(printable(value), ",;=");
      case CONTENT_TYPE, CONTENT_LANGUAGE, CACHE_CONTROL ->
          joined(printable(value), ",;=").toLowerCase(Locale.ROOT);
      case CONTENT_ENCODING ->
          withoutChunked(joined(printable(value), ",;=").toLowerCase(Locale.ROOT));
      case EXPIRES -> date(printable(value));
    };
  }

  /**
   * HTTP clients send {@code ?} for a character that they cannot send, or bytes that are read back
   * as other characters: each run of such characters and of {@code ?} becomes one {@code ?}. Runs
   * of blanks and tabs become one blank.
   */
  static String printable(String value) {
    String text = (value.contains("=?") ? decoded(value) : value).trim();
    StringBuilder out = new StringBuilder(text.length());
    char last = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char kept = c == '\t' ? ' ' : c < ' ' || c > '~' ? '?' : c;
      boolean repeated = kept == last && (kept == '?' || kept == ' ');
      if (!repeated) {
        out.append(kept);
      }
      last = kept;
    }
    return out.toString();
  }

  /** Removes the blanks beside {@code separators}. */
  private static String joined(String printable, String separators) {
    StringBuilder out = new StringBuilder(printable.length());
    for (int i = 0; i < printable.length(); i++) {
      char c = printable.charAt(i);
      boolean beside =
          c == ' '
              && (separators.indexOf(printable.charAt(i - 1)) >= 0
                  || separators.indexOf(printable.charAt(i + 1)) >= 0);
      if (!beside) {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The charset of a word does not matter: characters behind ASCII count as one another. */
  private static String decoded(String value) {
    Matcher words = Words.WORD.matcher(Words.BETWEEN.matcher(value).replaceAll("?==?"));
    return words.replaceAll(
        word -> {
          try {
            byte[] bytes =
                word.group(1).equalsIgnoreCase("B")
                    ? CanonicalBase64.decode("", word.group(2))
                    : quoted(word.group(2));
            return Matcher.quoteReplacement(new String(bytes, StandardCharsets.ISO_8859_1));
          } catch (FormatException | NumberFormatException e) {
            return Matcher.quoteReplacement(word.group());
          }
        });
  }

  private static byte[] quoted(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c == '=' && i + 2 < text.length();
      bytes[length++] =
          escaped
              ? (byte) Integer.parseInt(text.substring(i + 1, i + 3), 16)
              : (byte) (c == '_' ? ' ' : c);
      i += escaped ? 2 : 0;
    }
    return Arrays.copyOf(bytes, length);
  }

  private static String withoutChunked(String encodings) {
    StringBuilder kept = new StringBuilder();
    for (String encoding : encodings.split(",", -1)) {
      if (!encoding.equals(AWS_CHUNKED) && !encoding.isEmpty()) {
        kept.append(kept.isEmpty() ? "" : ",").append(encoding);
      }
    }
    return kept.toString();
  }

  /** Returns the second of a date, in whatever form it is written, or the text that is no date. */
  private static String date(String text) {
    for (DateTimeFormatter form : DATES) {
      try {
        return Long.toString(form.parse(text, Instant::from).getEpochSecond());
      } catch (DateTimeException e) {
        // another form, or no date: stores keep any text
      }
    }
    return text;
  }
}
