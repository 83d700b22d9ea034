package io.claviger.e2e.engines;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Which hooks of this SDK's interceptors were called, and what the requests carried. */
final class HookRecord {
  private final Set<String> called = new ConcurrentSkipListSet<>();
  private final Set<String> headersOfGets = new ConcurrentSkipListSet<>();

  /** Returns an interceptor that changes nothing. */
  ExecutionInterceptor proxy() {
    return (ExecutionInterceptor)
        Proxy.newProxyInstance(
            ExecutionInterceptor.class.getClassLoader(),
            new Class<?>[] {ExecutionInterceptor.class},
            this::called);
  }

  private Object called(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "hooks of a run";
      };
    }
    called.add(method.getName());
    if (method.getName().equals("beforeTransmission")
        && arguments[0] instanceof Context.BeforeTransmission sent
        && sent.request() instanceof GetObjectRequest) {
      sent.httpRequest().headers().keySet().forEach(h -> headersOfGets.add(h.toLowerCase()));
    }
    return InvocationHandler.invokeDefault(proxy, method, arguments);
  }

  /** Returns the hooks of this SDK that nothing has called. */
  List<String> notCalled() {
    Set<String> all =
        Arrays.stream(ExecutionInterceptor.class.getMethods())
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    all.removeAll(called);
    return new ArrayList<>(all);
  }

  /** Whether a GetObject was sent with a header. */
  boolean sentWithGet(String header) {
    return headersOfGets.contains(header);
  }
}
