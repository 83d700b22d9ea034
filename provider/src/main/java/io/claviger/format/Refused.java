package io.claviger.format;

import io.claviger.floe.FloeException;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;

/** What a FLOE refusal is for who reads parts and messages (format 8). */
final class Refused {
  private Refused() {}

  static FormatException by(FloeException e, String where, String advice) {
    Failure failure =
        switch (e.refusal()) {
          case PARAMETERS -> Failure.UNKNOWN_PARAMETERS;
          case HEADER_TAG, HEADER_LENGTH -> Failure.HEADER_TAG;
          case SEGMENT_LENGTH, SEGMENT_MARK, SEGMENT_TAG, AFTER_LAST, TOO_MANY_SEGMENTS ->
              Failure.SEGMENT;
        };
    return new FormatException(
        failure,
        "%s %s. Nothing of it was returned. %s".formatted(where, e.getMessage(), advice),
        e);
  }
}
