package io.claviger.backend.awskms;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsRequest;
import software.amazon.awssdk.services.kms.model.KmsResponse;

/**
 * A client without Claviger's interceptors: the SDK puts the drop-in into every client of the
 * process, and its first S3 request starts the service that starts this client. Interceptors of
 * others stay, for instance those that trace calls.
 *
 * <p>The SDK lets nobody choose when a client is built; the plug-in of a request can. A proxy gives
 * it to every request, those of later operations too.
 */
final class WithoutOwnHooks implements InvocationHandler {
  private static final String OURS = "io.claviger.";
  private static final String PAGES = "Paginator";
  private static final SdkPlugin LEAVES_OURS_OUT =
      config ->
          config.overrideConfiguration(
              config.overrideConfiguration().toBuilder()
                  .executionInterceptors(others(config.overrideConfiguration()))
                  .build());

  private final KmsClient client;

  private WithoutOwnHooks(KmsClient client) {
    this.client = client;
  }

  /** Returns {@code client}, whose requests never pass Claviger's interceptors. */
  static KmsClient of(KmsClient client) {
    ClientOverrideConfiguration config =
        client.serviceClientConfiguration().overrideConfiguration();
    if (others(config).size() == config.executionInterceptors().size()) {
      return client;
    }
    return (KmsClient)
        Proxy.newProxyInstance(
            KmsClient.class.getClassLoader(),
            new Class<?>[] {KmsClient.class},
            new WithoutOwnHooks(client));
  }

  private static List<ExecutionInterceptor> others(ClientOverrideConfiguration config) {
    return config.executionInterceptors().stream()
        .filter(hook -> !hook.getClass().getName().startsWith(OURS))
        .toList();
  }

  /** Methods without a request, with a lambda, or over pages make a request and come again. */
  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    boolean calls = KmsResponse.class.isAssignableFrom(method.getReturnType());
    if (calls && arguments != null && arguments[0] instanceof KmsRequest request) {
      return onClient(method, new Object[] {withPlugin(request)});
    }
    return calls || method.getName().endsWith(PAGES)
        ? InvocationHandler.invokeDefault(proxy, method, arguments)
        : onClient(method, arguments);
  }

  private static AwsRequest withPlugin(KmsRequest request) {
    return request.toBuilder().overrideConfiguration(o -> o.addPlugin(LEAVES_OURS_OUT)).build();
  }

  private @Nullable Object onClient(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
