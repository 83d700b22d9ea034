package io.claviger.s3.internal.sdk;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;

/**
 * Execution attributes of this copy of Claviger and of others. The SDK accepts each name once, and
 * several copies may share one SDK: two web applications over the SDK of their container, or one
 * that was deployed again. The first copy takes the plain name, later ones add {@code #2}, {@code
 * #3}. The SDK keeps the names for ever, and nothing else of a copy that was undeployed.
 */
public final class Attributes {
  private static final char NUMBER = '#';

  private Attributes() {}

  /** Returns an attribute that only this copy of Claviger has. */
  public static <T> ExecutionAttribute<T> named(String name) {
    for (int copy = 1; ; copy++) {
      Optional<ExecutionAttribute<T>> made = made(copy == 1 ? name : name + NUMBER + copy);
      if (made.isPresent()) {
        return made.get();
      }
    }
  }

  private static <T> Optional<ExecutionAttribute<T>> made(String name) {
    try {
      return Optional.of(new ExecutionAttribute<>(name));
    } catch (IllegalArgumentException taken) {
      return Optional.empty();
    }
  }

  /** Returns the value that another copy of Claviger set for its attribute of the same name. */
  public static @Nullable Object ofAnotherCopy(
      ExecutionAttributes attributes, ExecutionAttribute<?> own) {
    String name = withoutNumber(own.toString());
    for (Map.Entry<ExecutionAttribute<?>, Object> each : attributes.getAttributes().entrySet()) {
      String other = each.getKey().toString();
      if (other.startsWith(name)
          && !each.getKey().equals(own)
          && withoutNumber(other).equals(name)) {
        return each.getValue();
      }
    }
    return null;
  }

  private static String withoutNumber(String name) {
    int end = name.indexOf(NUMBER);
    return end < 0 ? name : name.substring(0, end);
  }
}
