package io.claviger.bulk;

import java.io.Serializable;

/**
 * What a run would do, found by reading its source and asking for no object.
 *
 * @param units how many units there are
 * @param storedBytes their stored size, as far as the source says it
 * @param cost what the run would send at most, its own listing included
 */
public record Estimate(long units, long storedBytes, Cost cost) implements Serializable {}
