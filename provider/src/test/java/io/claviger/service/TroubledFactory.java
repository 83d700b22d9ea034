package io.claviger.service;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Backends over one shared memory backend that count and misbehave as a test wants. Each one made
 * refuses to work after its own close, which the shared one survives.
 */
final class TroubledFactory implements KmsBackendFactory {
  static final String TYPE = "troubled";

  final AtomicInteger made = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger callsAfterClose = new AtomicInteger();

  /** Called with the operation before it is carried out; throws to make it fail. */
  volatile UnaryOperator<String> before = UnaryOperator.identity();

  final KmsBackend shared;

  TroubledFactory(BackendSettings settings) {
    this.shared = MemoryBackend.create(settings);
  }

  static KmsException down() {
    return KmsException.of(ErrorKind.UNAVAILABLE, "the key store is away; try again");
  }

  @Override
  public Set<String> typeNames() {
    return Set.of(TYPE);
  }

  @Override
  public KmsBackend create(BackendFields config, BackendSettings settings) {
    made.incrementAndGet();
    boolean[] open = {true};
    return (KmsBackend)
        Proxy.newProxyInstance(
            KmsBackend.class.getClassLoader(),
            new Class<?>[] {KmsBackend.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                open[0] = false;
                closed.incrementAndGet();
                return null;
              }
              if (!open[0]) {
                callsAfterClose.incrementAndGet();
                throw KmsException.of(ErrorKind.INTERNAL, method.getName() + " after close");
              }
              if (!method.getName().equals("isRemembered")) { // no call: nobody is asked
                before.apply(method.getName());
              }
              try {
                return method.invoke(shared, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
