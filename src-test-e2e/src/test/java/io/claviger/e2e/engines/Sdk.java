package io.claviger.e2e.engines;

/** The version of the SDK on the class path, not that of the compiler. */
final class Sdk {
  private Sdk() {}

  /** Whether there is a class of this name. */
  static boolean has(String name) {
    try {
      Class.forName(name, false, Sdk.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether it is 2.{@code minor} or newer. */
  static boolean isFrom(int minor) {
    try {
      Object version =
          Class.forName("software.amazon.awssdk.core.util.VersionInfo")
              .getField("SDK_VERSION")
              .get(null);
      return Integer.parseInt(String.valueOf(version).split("\\.")[1]) >= minor;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
