package io.claviger.backend.local;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Dates as RustFS writes them: RFC 9557, {@code 2026-01-01T00:00:00+00:00[UTC]}, where the zone may
 * be {@code [Etc/Unknown]}, or plain RFC 3339. The offset says the instant; the zone adds nothing.
 */
final class RustfsDates {
  private RustfsDates() {}

  static Instant read(String text) {
    int bracket = text.indexOf('[');
    String date = bracket < 0 ? text : text.substring(0, bracket);
    if (bracket >= 0 && !text.endsWith("]")) {
      throw new DateTimeException("the date \"%s\" is cut".formatted(text));
    }
    return OffsetDateTime.parse(date).toInstant();
  }
}
