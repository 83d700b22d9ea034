package io.claviger.bulk;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A part of a source that is read by itself, in order. The ranges of a source do not overlap and
 * leave nothing out. What the texts mean is the source's affair: keys for a listing, places for a
 * file.
 *
 * @param after begins behind this position, null at the beginning of the source
 * @param upTo ends with this position, null at the end of the source
 */
public record UnitRange(@Nullable String after, @Nullable String upTo) implements Serializable {
  /** Everything. */
  public static final UnitRange WHOLE = new UnitRange(null, null);
}
