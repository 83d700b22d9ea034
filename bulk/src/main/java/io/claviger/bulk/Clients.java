package io.claviger.bulk;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The clients of a process: one that sees what is stored, and one that seals and opens where a job
 * needs keys. They are the caller's: closing them is the caller's affair.
 *
 * <p>Immutable. Threads: safe.
 */
public final class Clients {
  private final S3Client stored;
  private final @Nullable S3Client sealing;

  private Clients(S3Client stored, @Nullable S3Client sealing) {
    this.stored = stored;
    this.sealing = sealing;
  }

  /** Returns clients for jobs without keys. {@code stored} has no interceptor of Claviger. */
  public static Clients withoutKeys(S3Client stored) {
    return new Clients(stored, null);
  }

  /**
   * Returns clients for jobs with keys.
   *
   * @param stored has no interceptor of Claviger
   * @param sealing has a {@link io.claviger.s3.ClavigerInterceptor}
   */
  public static Clients of(S3Client stored, S3Client sealing) {
    return new Clients(stored, sealing);
  }

  /** Returns the client that sees what is stored. */
  public S3Client stored() {
    return stored;
  }

  /**
   * Returns the client that seals and opens.
   *
   * @param what needs it, for the message
   * @throws IllegalArgumentException if none was given
   */
  public S3Client sealing(String what) {
    if (sealing == null) {
      throw new IllegalArgumentException(
          what + " needs keys: give the runner Clients.of(stored, sealing)");
    }
    return sealing;
  }
}
