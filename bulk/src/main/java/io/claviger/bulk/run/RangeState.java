package io.claviger.bulk.run;

import io.claviger.bulk.UnitRange;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is with one range.
 *
 * @param range the range
 * @param doneUpTo the position up to which all its units are done with, null for none
 * @param finished whether all its units are done with
 */
public record RangeState(UnitRange range, @Nullable String doneUpTo, boolean finished) {}
