package io.claviger.s3.internal.body;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.testng.SkipException;
import org.testng.annotations.Test;

/**
 * Runs a class of the Reactive Streams TCK, which is written for TestNG, as JUnit tests. A rule
 * that the TCK skips is a failure, unless the caller names it.
 */
final class Tck {
  /** What the TCK itself cannot test; it would only skip. */
  private static final String UNTESTED = "untested_";

  /** What TestNG would call before, in this order, where there is such a method. */
  private static final List<String> BEFORE = List.of("startPublisherExecutorService", "setUp");

  private Tck() {}

  /**
   * @param verification makes the TCK's class, one for each test
   * @param notApplicable rules that cannot apply to what is verified; they must skip
   */
  static Stream<DynamicTest> of(Supplier<?> verification, Set<String> notApplicable) {
    return Arrays.stream(verification.get().getClass().getMethods())
        .filter(m -> m.isAnnotationPresent(Test.class) && !m.getName().startsWith(UNTESTED))
        .sorted(Comparator.comparing(Method::getName))
        .map(
            m ->
                dynamicTest(
                    m.getName(),
                    () -> run(verification.get(), m, notApplicable.contains(m.getName()))));
  }

  private static void run(Object verification, Method test, boolean mustSkip) throws Throwable {
    for (String before : BEFORE) {
      for (Method method : verification.getClass().getMethods()) {
        if (method.getName().equals(before)) {
          method.invoke(verification);
        }
      }
    }
    try {
      test.invoke(verification);
    } catch (InvocationTargetException e) {
      if (mustSkip && e.getCause() instanceof SkipException) {
        return;
      }
      throw e.getCause() instanceof SkipException
          ? new AssertionError("not verified: " + e.getCause().getMessage())
          : e.getCause();
    }
    if (mustSkip) {
      throw new AssertionError("applies after all");
    }
  }
}
