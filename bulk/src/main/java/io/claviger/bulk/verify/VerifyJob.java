package io.claviger.bulk.verify;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;

/**
 * Opens each object and authenticates every byte, or ({@code quick}) envelope, length, and the
 * first and last segment. What the client accepts is what counts: give it a {@code
 * ClavigerInterceptor} with {@code metadata(REFUSE)} to have changed headers found too.
 *
 * <p>Objects under customer-provided keys are excluded: their keys are not this job's.
 *
 * @param quick whether the middle of objects is left out
 */
public record VerifyJob(boolean quick) implements Job {
  private static final long serialVersionUID = 1L;

  /** Every byte. */
  public static final VerifyJob WHOLE = new VerifyJob(false);

  /** Envelope, length and ends. */
  public static final VerifyJob QUICK = new VerifyJob(true);

  private static final long SEGMENT_BYTES = 1 << 16;

  @Override
  public String name() {
    return quick ? "verify quickly" : "verify";
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    return new Verifying(clients.sealing("a proof"), pace, quick);
  }

  @Override
  public Cost cost(Unit unit) {
    long bytes = Math.max(0, unit.storedBytes());
    return quick
        ? new Cost(3, 0, 1, Math.min(bytes, 2 * SEGMENT_BYTES), 0)
        : new Cost(1, 0, 1, bytes, 0);
  }
}
