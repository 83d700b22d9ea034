package io.claviger.jca;

import java.security.CodeSource;
import java.util.Optional;

/** The AWS SDK beside this provider, which uses nothing of it: what people ask for in a report. */
final class AwsSdk {
  private AwsSdk() {}

  /** Returns its version and jar in a line, empty where {@code loader} finds none. */
  static Optional<String> found(ClassLoader loader) {
    try {
      Class<?> stated = Class.forName("software.amazon.awssdk.core.util.VersionInfo", true, loader);
      CodeSource source = stated.getProtectionDomain().getCodeSource();
      return Optional.of(
          "AWS SDK %s (%s)"
              .formatted(
                  stated.getField("SDK_VERSION").get(null),
                  source == null ? "an unknown place" : source.getLocation()));
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty();
    }
  }
}
