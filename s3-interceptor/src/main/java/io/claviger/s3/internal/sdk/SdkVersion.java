package io.claviger.s3.internal.sdk;

import java.net.URL;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkClient;

/**
 * The version of the AWS SDK on the class path, and the range that this module works with.
 *
 * <p>Immutable. Threads: safe.
 *
 * @param number as the SDK states it, {@code unknown} where it does not
 */
public record SdkVersion(String number) {
  /** The oldest version that this module works with. */
  public static final SdkVersion OLDEST = new SdkVersion("2.24.6");

  /** The newest version that its tests ran with; newer ones are looked through at the start. */
  public static final SdkVersion NEWEST_TESTED = new SdkVersion("2.57.8");

  /** The oldest version whose client over the CRT works. */
  public static final SdkVersion OLDEST_NATIVE = new SdkVersion("2.32.33");

  private static final String UNKNOWN = "unknown";

  /** By name: the compiler would copy a constant. */
  private static final SdkVersion FOUND = new SdkVersion(stated());

  /** Returns the version on the class path. */
  public static SdkVersion found() {
    return FOUND;
  }

  private static String stated() {
    try {
      Object number =
          Class.forName(
                  "software.amazon.awssdk.core.util.VersionInfo",
                  true,
                  SdkClient.class.getClassLoader())
              .getField("SDK_VERSION")
              .get(null);
      return number instanceof String text ? text : UNKNOWN;
    } catch (ReflectiveOperationException | LinkageError e) {
      return UNKNOWN;
    }
  }

  /** Returns where the SDK's classes come from, for people. */
  public static String place() {
    CodeSource source = SdkClient.class.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return location == null ? "an unknown place" : location.toString();
  }

  /** Whether it is older than {@code other}; one that states no number is not. */
  public boolean isBefore(SdkVersion other) {
    int[] own = numbers();
    int[] others = other.numbers();
    return own != null && others != null && Arrays.compare(own, others) < 0;
  }

  /** Returns major, minor and patch, null where there is no such number. */
  private int @Nullable [] numbers() {
    try {
      int[] numbers =
          Arrays.stream(number.replaceFirst("-.*", "").split("\\."))
              .mapToInt(Integer::parseInt)
              .toArray();
      return numbers.length == 3 ? numbers : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Returns what keeps this module from working with the SDK on the class path, as half a sentence;
   * null for nothing. Of versions that it was not tested with, class files are read.
   *
   * @param roots classes, with slashes, whose needs are looked at
   */
  public static @Nullable String problem(String... roots) {
    if (FOUND.isBefore(OLDEST)) {
      return "it is too old";
    }
    Set<String> missing = FOUND.isTested() ? Set.of() : missing(roots);
    return missing.isEmpty() ? null : "it lacks " + missing.iterator().next();
  }

  /**
   * Returns the classes and members that the SDK on the class path lacks of those that {@code
   * roots} lead to; blocks, since class files are read.
   *
   * @param roots classes, with slashes
   */
  public static Set<String> missing(String... roots) {
    ClassLoader loader = SdkVersion.class.getClassLoader();
    return loader == null ? Set.of() : SdkLinks.missing(loader, Set.of(roots));
  }

  private boolean isTested() {
    return numbers() != null && !NEWEST_TESTED.isBefore(this);
  }

  /** Returns version, place and range, for messages. */
  public static String summary() {
    return "AWS SDK %s (%s); supported are %s to %s and newer ones that have what these have"
        .formatted(FOUND.number, place(), OLDEST.number, NEWEST_TESTED.number);
  }
}
