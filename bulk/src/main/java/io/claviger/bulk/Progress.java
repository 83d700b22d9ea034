package io.claviger.bulk;

import java.time.Duration;
import java.util.Optional;

/**
 * Where a run is.
 *
 * @param counts units that are done with, in this run and those that it resumes
 * @param storeRequests requests of this run to the store, as the job announced them
 * @param keyCalls calls of the key service by this run, likewise
 * @param unitsPerSecond units of this run by its time so far
 * @param timeLeft how long it will take at that rate; empty while the number of units is not known
 * @param waitingFor what the run waits for, a sentence; empty while it works
 */
public record Progress(
    Counts counts,
    long storeRequests,
    long keyCalls,
    double unitsPerSecond,
    Optional<Duration> timeLeft,
    String waitingFor) {}
