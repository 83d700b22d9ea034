package io.claviger.jca;

import java.util.Optional;

/**
 * Whether a provider is on.
 *
 * @param providerName its name
 * @param place its place among the registered providers from 1; 0 when not registered
 * @param providers how many providers are registered
 * @param problem why its key management service does not answer; empty when it does
 */
public record SelfCheck(String providerName, int place, int providers, Optional<String> problem) {
  /** Whether the provider is registered. */
  public boolean isRegistered() {
    return place > 0;
  }

  /** Whether the key management service answers. */
  public boolean isHealthy() {
    return problem.isEmpty();
  }

  /** Returns a line for people. */
  @Override
  public String toString() {
    String where =
        isRegistered()
            ? "registered at place %d of %d%s"
                .formatted(place, providers, place == providers ? "" : "; last is recommended")
            : "not registered; pass it to getInstance, or call Security.addProvider";
    String keys = problem.map(p -> "key service not usable: " + p).orElse("key service answers");
    return "%s: %s; %s".formatted(providerName, where, keys);
  }
}
