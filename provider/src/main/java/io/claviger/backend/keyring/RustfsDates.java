package io.claviger.backend.keyring;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * Dates as RustFS writes them: RFC 9557, {@code 2026-01-01T00:00:00+00:00[UTC]}, where the zone may
 * be {@code [Etc/Unknown]}, or plain RFC 3339. The offset says the instant; the zone adds nothing.
 */
public final class RustfsDates {
  private static final DateTimeFormatter WRITTEN =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("xxx'[UTC]'")
          .toFormatter(Locale.ROOT);

  private RustfsDates() {}

  /** Returns the instant of {@code text}; DateTimeException if it is none. */
  public static Instant read(String text) {
    int bracket = text.indexOf('[');
    String date = bracket < 0 ? text : text.substring(0, bracket);
    if (bracket >= 0 && !text.endsWith("]")) {
      throw new DateTimeException("the date \"%s\" is cut".formatted(text));
    }
    return OffsetDateTime.parse(date).toInstant();
  }

  /**
   * Returns {@code instant} as RustFS writes it: UTC, seconds always, a fraction if there is one.
   */
  public static String write(Instant instant) {
    return WRITTEN.format(instant.atOffset(ZoneOffset.UTC));
  }
}
