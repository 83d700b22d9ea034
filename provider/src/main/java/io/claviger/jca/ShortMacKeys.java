package io.claviger.jca;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once of each MAC key that is shorter than the MAC made with it: RFC 7518 section 3.2
 * forbids that for HS256, HS384 and HS512. It is not refused, since other uses of HMAC take keys of
 * any length.
 *
 * <p>Threads: safe.
 */
final class ShortMacKeys {
  private static final Logger LOG = LoggerFactory.getLogger(ShortMacKeys.class);
  private static final int MOST_NAMED = 1_000;
  private static final Set<String> NAMED = ConcurrentHashMap.newKeySet();

  private ShortMacKeys() {}

  static void warn(KmsKey key, String algorithm, int macBits) {
    if (key.bits() >= macBits || NAMED.size() >= MOST_NAMED) {
      return;
    }
    if (NAMED.add(key.keyId() + " " + algorithm)) {
      LOG.warn(
          "key \"{}\" of {} bits makes MACs of {}, for which RFC 7518 (section 3.2) wants {} bits or more. Create one with KmsKeySpec.named(id).bits({}) for HS{}",
          key.keyId(),
          key.bits(),
          algorithm,
          macBits,
          macBits,
          macBits);
    }
  }
}
