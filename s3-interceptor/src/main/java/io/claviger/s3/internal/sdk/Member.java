package io.claviger.s3.internal.sdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkClient;

/**
 * A public method of the SDK that not every supported version has, looked up once by its name.
 *
 * <p>Immutable. Threads: safe. Costs some hundred nanoseconds a call: for what is done once a call
 * or an object, not for each segment.
 */
final class Member {
  private final @Nullable MethodHandle method;

  private Member(@Nullable MethodHandle method) {
    this.method = method;
  }

  /**
   * Looks up the method {@code name} with {@code parameters} parameters.
   *
   * @param owner its class, without {@code software.amazon.awssdk.}
   */
  static Member of(String owner, String name, int parameters) {
    return new Member(find(SdkClient.class.getClassLoader(), owner, name, parameters));
  }

  private static @Nullable MethodHandle find(
      @Nullable ClassLoader loader, String owner, String name, int parameters) {
    try {
      Class<?> type = Class.forName("software.amazon.awssdk." + owner, false, loader);
      for (Method each : type.getMethods()) {
        if (each.getName().equals(name)
            && each.getParameterCount() == parameters
            && !each.isBridge()) {
          MethodHandle found = MethodHandles.publicLookup().unreflect(each);
          int arguments = found.type().parameterCount();
          return found
              .asFixedArity()
              .asType(MethodType.genericMethodType(arguments))
              .asSpreader(Object[].class, arguments);
        }
      }
      return null;
    } catch (ReflectiveOperationException | LinkageError older) {
      return null;
    }
  }

  boolean isThere() {
    return method != null;
  }

  /**
   * Calls it.
   *
   * @param arguments the object first, where it is not static
   * @throws RuntimeException what it throws
   * @throws IllegalStateException if this SDK does not have it
   */
  @Nullable Object call(@Nullable Object... arguments) {
    if (method == null) {
      throw new IllegalStateException(
          "internal error: this SDK lacks a member; arguments " + Arrays.toString(arguments));
    }
    try {
      return (Object) method.invokeExact(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("internal error: an unexpected checked exception", e);
    }
  }
}
