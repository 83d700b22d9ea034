package io.claviger.s3.internal.sdk;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.signer.AwsSignerExecutionAttribute;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.async.listener.PublisherListener;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.InterceptorContext;
import software.amazon.awssdk.core.interceptor.SdkInternalExecutionAttribute;
import software.amazon.awssdk.core.internal.http.loader.DefaultSdkHttpClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpExecutionAttributes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.crt.S3CrtSdkHttpExecutionAttribute;
import software.amazon.awssdk.services.s3.internal.crt.S3InternalSdkHttpExecutionAttribute;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Every use of the AWS SDK that is not its public API: classes of its {@code internal} packages,
 * attributes marked internal, and classes by their names; those of MD5 checks, which are looked up
 * through this class, are in {@link Md5Checks}. All are as in SDK 2.57.8; what a newer one renames
 * fails to compile here, or fails {@code CrtFilesTest} and the suites of the clients. What older
 * ones lack is named by a text and passed over there.
 *
 * <p>Threads: as the SDK's attributes, one at a time for each call. Nothing blocks.
 */
public final class SdkInternals {
  private static final String S3 = "software.amazon.awssdk.services.s3.";

  /** The clients that send requests themselves; all others wrap one. */
  private static final Set<String> CLIENTS =
      Set.of(S3 + "DefaultS3Client", S3 + "DefaultS3AsyncClient");

  /** By name: without native code on the class path its classes do not load. */
  private static final String CRT = S3 + "internal.crt.";

  /** What synchronous clients put in front of a caller's body. */
  private static final String BODY_WRAPPER = "SdkInternalOnlyRequestBody";

  private static final String FOR_NATIVE = CRT + "S3InternalSdkHttpExecutionAttribute";

  /** Without native code on the class path there is no such client, and its names do not load. */
  private static final boolean NATIVE =
      isThere("software.amazon.awssdk.crt.s3.ResumeToken")
          && constant(FOR_NATIVE, "RESPONSE_FILE_PATH") != null;

  private SdkInternals() {}

  /** Whether the SDK has a class. */
  static boolean isThere(String className) {
    try {
      Class.forName(className, false, S3Client.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Returns a constant of the SDK, null where it has none of that name. */
  static @Nullable Object constant(String className, String name) {
    try {
      return Class.forName(className, true, S3Client.class.getClassLoader())
          .getField(name)
          .get(null);
    } catch (ReflectiveOperationException | LinkageError e) {
      return null;
    }
  }

  /** Returns an internal attribute of calls, null where this SDK has none of that name. */
  static @Nullable ExecutionAttribute<?> internalAttribute(String name) {
    return (ExecutionAttribute<?>) constant(SdkInternalExecutionAttribute.class.getName(), name);
  }

  /** Returns the client of a call; null before {@code modifyRequest}. */
  public static @Nullable SdkClient client(ExecutionAttributes attributes) {
    return attributes.getAttribute(SdkInternalExecutionAttribute.SDK_CLIENT);
  }

  /** Returns the S3 settings of the client of a call, null where there are none. */
  public static @Nullable AttributeMap clientSettings(ExecutionAttributes attributes) {
    return attributes.getAttribute(SdkInternalExecutionAttribute.CLIENT_CONTEXT_PARAMS);
  }

  /** Whether a request is not sent but presigned. */
  public static boolean isPresigned(ExecutionAttributes attributes) {
    return attributes.getAttribute(AwsSignerExecutionAttribute.PRESIGNER_EXPIRATION) != null;
  }

  /** Returns the synchronous HTTP client that the SDK would take from the class path. */
  public static SdkHttpClient defaultHttpClient(AttributeMap options) {
    return new DefaultSdkHttpClientBuilder().buildWithDefaults(options);
  }

  /** Whether a client is the SDK's own that sends requests itself. */
  public static boolean sendsItself(SdkClient client) {
    return isSdks(client.getClass()) && CLIENTS.contains(client.getClass().getName());
  }

  /** Whether a class is the SDK's own, of its S3 module. */
  public static boolean isSdks(Class<?> type) {
    return type.getName().startsWith(S3)
        && type.getClassLoader() == S3Client.class.getClassLoader();
  }

  /**
   * Whether a client is over the CRT. Its native code signs and repeats requests, so its settings
   * switch both off for the SDK, and its builder takes no others.
   */
  public static boolean isNative(ClientOverrideConfiguration configuration) {
    return configuration.executionInterceptors().stream()
        .anyMatch(i -> i.getClass().getName().startsWith(CRT));
  }

  /** Returns the body as the caller gave it, null for none or an asynchronous client's. */
  public static @Nullable RequestBody callersBody(Context.BeforeExecution context) {
    return context instanceof InterceptorContext c ? c.requestBody().orElse(null) : null;
  }

  /**
   * Whether a body is the SDK's wrapper in front of a caller's, which cuts the source at the
   * announced length and calls an unknown length 0.
   */
  public static boolean isWrapper(RequestBody body) {
    return body.getClass().getSimpleName().equals(BODY_WRAPPER);
  }

  /** Whether native code is to go on with an upload that was paused. */
  public static boolean resumesUpload(ExecutionAttributes attributes) {
    return given(attributes, SdkInternals::resumeToken) != null;
  }

  /** By name: its type is the CRT's, a library that this one is not compiled against. */
  private static SdkHttpExecutionAttribute<?> resumeToken() {
    return forNative("CRT_PAUSE_RESUME_TOKEN");
  }

  private static SdkHttpExecutionAttribute<?> forNative(String name) {
    return Objects.requireNonNull(
        (SdkHttpExecutionAttribute<?>) constant(FOR_NATIVE, name), () -> "this SDK has no " + name);
  }

  /** Takes away the file that native code would send in the place of the body, null for none. */
  public static @Nullable Path takeObjectFile(ExecutionAttributes attributes) {
    Path file = given(attributes, () -> S3InternalSdkHttpExecutionAttribute.OBJECT_FILE_PATH);
    if (file != null) {
      set(attributes, S3InternalSdkHttpExecutionAttribute.OBJECT_FILE_PATH, null);
    }
    return file;
  }

  /** Returns the file that native code would write an answer to, null for none. */
  public static @Nullable Path answerFile(ExecutionAttributes attributes) {
    return (Path) given(attributes, () -> forNative("RESPONSE_FILE_PATH"));
  }

  /** Returns what listens to the progress of native code, null for nothing. */
  public static @Nullable PublisherListener<?> progress(ExecutionAttributes attributes) {
    return given(attributes, () -> S3CrtSdkHttpExecutionAttribute.CRT_PROGRESS_LISTENER);
  }

  /** Sets what listens to the progress of native code, where {@link #progress} was something. */
  @SuppressWarnings("unchecked") // the attribute names the CRT's type, which is not there
  public static void progress(ExecutionAttributes attributes, PublisherListener<?> listener) {
    set(
        attributes,
        (SdkHttpExecutionAttribute<PublisherListener<?>>)
            (SdkHttpExecutionAttribute<?>) S3CrtSdkHttpExecutionAttribute.CRT_PROGRESS_LISTENER,
        listener);
  }

  /** Returns what is meant for native code, null for every other client. */
  private static <T> @Nullable T given(
      ExecutionAttributes attributes,
      Supplier<? extends SdkHttpExecutionAttribute<? extends T>> name) {
    SdkHttpExecutionAttributes http =
        attributes.getAttribute(SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES);
    return NATIVE && http != null ? http.getAttribute(name.get()) : null;
  }

  private static <T> void set(
      ExecutionAttributes attributes, SdkHttpExecutionAttribute<T> name, @Nullable T value) {
    SdkHttpExecutionAttributes http =
        attributes.getAttribute(SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES);
    attributes.putAttribute(
        SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES,
        http.toBuilder().put(name, value).build());
  }
}
