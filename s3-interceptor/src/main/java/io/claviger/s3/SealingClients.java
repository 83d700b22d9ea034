package io.claviger.s3;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.sdk.SdkInternals;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Finds the interceptor that a client has. Nothing is sent: the client is unwrapped down to the
 * SDK's own, whose configuration lists every interceptor, those of the class path too.
 *
 * <p>A wrapper is passed through where it can be shown that requests reach what it wraps: the SDK's
 * own (multipart, cross-region, CRT), and subclasses of the SDK's delegating clients that override
 * no operation. Their {@code invokeOperation} may do as it likes: the body is inside the operation
 * that it is given, and that operation goes to the delegate. Everything else is unknown.
 */
final class SealingClients {

  /** What a subclass of a delegating client may override: none of these carries an object. */
  private static final Set<String> NO_OPERATIONS =
      Set.of("close", "serviceName", "serviceClientConfiguration", "utilities", "waiter");

  private SealingClients() {}

  /**
   * Returns the interceptors of {@code client} that are this copy of Claviger's.
   *
   * @throws ClavigerS3Exception when the client cannot be seen through, or has none
   */
  static List<CallHooks> hooks(SdkClient client) {
    SdkClient sdks = client;
    while (!SdkInternals.sendsItself(sdks)) {
      sdks = delegate(sdks);
    }
    List<ExecutionInterceptor> all = interceptors(sdks);
    List<CallHooks> own =
        all.stream().filter(CallHooks.class::isInstance).map(CallHooks.class::cast).toList();
    if (own.isEmpty()) {
      throw refusal(client, none(all));
    }
    return own;
  }

  private static List<ExecutionInterceptor> interceptors(SdkClient leaf) {
    return (leaf instanceof S3Client sync
            ? sync.serviceClientConfiguration()
            : ((S3AsyncClient) leaf).serviceClientConfiguration())
        .overrideConfiguration()
        .executionInterceptors();
  }

  private static String none(List<ExecutionInterceptor> all) {
    Set<String> names = Set.of(ClavigerInterceptor.class.getName(), ClavigerDropIn.class.getName());
    Optional<Class<?>> foreign =
        all.stream()
            .<Class<?>>map(Object::getClass)
            .filter(c -> names.contains(c.getName()))
            .findFirst();
    return foreign.isPresent()
        ? "it has the interceptor of another copy of Claviger, loaded by %s, and this one by %s. Ask that copy, or leave one copy"
            .formatted(foreign.get().getClassLoader(), ClavigerDropIn.class.getClassLoader())
        : "it has no interceptor of Claviger, so it stores plaintext. The SDK looks for the drop-in in the class loader of its own classes: put claviger-s3-autoload and Claviger beside the SDK, or give the client a ClavigerInterceptor (docs/drop-in.md)";
  }

  private static SdkClient delegate(SdkClient client) {
    if (client instanceof DelegatingS3Client sync
        && passesOn(client.getClass(), DelegatingS3Client.class, S3Client.class)) {
      return sync.delegate();
    }
    if (client instanceof DelegatingS3AsyncClient async
        && passesOn(client.getClass(), DelegatingS3AsyncClient.class, S3AsyncClient.class)) {
      return async.delegate();
    }
    throw refusal(
        client,
        "this class is unknown, so nobody can say where its requests go. Require it of the client that it wraps, where that is built; presigners and transfer managers are no clients");
  }

  private static boolean passesOn(Class<?> wrapper, Class<?> base, Class<?> operations) {
    for (Class<?> each = wrapper; each != null && each != base; each = each.getSuperclass()) {
      if (!SdkInternals.isSdks(each)
          && Arrays.stream(each.getDeclaredMethods()).anyMatch(m -> overrides(m, operations))) {
        return false;
      }
    }
    return true;
  }

  private static boolean overrides(Method method, Class<?> operations) {
    return !NO_OPERATIONS.contains(method.getName())
        && Arrays.stream(operations.getMethods())
            .anyMatch(
                m ->
                    m.getName().equals(method.getName())
                        && Arrays.equals(m.getParameterTypes(), method.getParameterTypes()));
  }

  private static ClavigerS3Exception refusal(SdkClient client, String why) {
    return ClavigerS3Exception.of(
        Failure.CONFIGURATION, client.getClass().getName(), "the client does not seal: " + why);
  }
}
