package io.claviger.config;

import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts that are secrets, in and out. */
final class Secrets {
  private Secrets() {}

  static SecretBytes of(String text) {
    return SecretBytes.takeOwnership(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the text if {@code shown}, else the sign that stands in its place. */
  static @Nullable String text(@Nullable SecretBytes secret, boolean shown) {
    return secret == null ? null : shown(secret, shown);
  }

  /** Returns the text if {@code shown}, else the sign that stands in its place. */
  static String shown(SecretBytes secret, boolean shown) {
    return shown
        ? String.valueOf(secret.<String>use(bytes -> new String(bytes, StandardCharsets.UTF_8)))
        : BackendConfig.REDACTED;
  }

  static boolean isMissing(@Nullable SecretBytes secret) {
    return secret == null || secret.length() == 0;
  }
}
