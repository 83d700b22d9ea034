package io.claviger.kms;

import java.time.Clock;
import java.time.Duration;

/**
 * What holds for every backend.
 *
 * @param timeout longest wait for one attempt
 * @param allowInsecureDevDefaults whether settings that are only good for a test are accepted
 * @param strictDecrypt whether decrypt is refused for DISABLED and PENDING_DELETION keys, as AWS
 *     does
 * @param clock the source of dates
 */
public record BackendSettings(
    Duration timeout, boolean allowInsecureDevDefaults, boolean strictDecrypt, Clock clock) {
  /** 30 s, secure, lenient decrypt, system clock. */
  public static final BackendSettings DEFAULT =
      new BackendSettings(Duration.ofSeconds(30), false, false, Clock.systemUTC());
}
