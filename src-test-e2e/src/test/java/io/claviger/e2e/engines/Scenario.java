package io.claviger.e2e.engines;

/**
 * One line of the table of a run.
 *
 * @param name what is done, for people
 */
record Scenario(String name, Steps steps) {
  /** What is done, and what must come of it. */
  interface Steps {
    void run() throws Exception;
  }

  /** Fails the scenario unless {@code right}. */
  static void require(boolean right, String found) {
    if (!right) {
      throw new IllegalStateException(found);
    }
  }

  /** Fails the scenario unless both are equal. */
  static void same(Object found, Object expected, String what) {
    require(
        java.util.Objects.equals(found, expected),
        what + ": found " + found + ", expected " + expected);
  }

  /**
   * Returns what {@code steps} throws; fails the scenario when that is nothing or of another type.
   */
  static <T extends Throwable> T thrown(Class<T> type, Steps steps) {
    try {
      steps.run();
    } catch (Throwable e) {
      Throwable found = e instanceof java.util.concurrent.CompletionException ? e.getCause() : e;
      if (type.isInstance(found)) {
        return type.cast(found);
      }
      throw new IllegalStateException("expected " + type.getSimpleName() + ", found " + found, e);
    }
    throw new IllegalStateException("expected " + type.getSimpleName() + ", nothing was thrown");
  }
}
