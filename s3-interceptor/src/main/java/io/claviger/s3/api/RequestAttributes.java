package io.claviger.s3.api;

import io.claviger.kms.EncryptionContext;
import io.claviger.s3.internal.sdk.Attributes;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;

/**
 * What one request can say to the interceptor, by its override configuration:
 *
 * <pre>{@code
 * s3.getObject(b -> b.bucket("b").key("k")
 *     .overrideConfiguration(c -> c.putExecutionAttribute(RequestAttributes.OFF, true)));
 * }</pre>
 */
public final class RequestAttributes {
  /** The master key to seal with, instead of the configured one. */
  public static final ExecutionAttribute<String> KEY_ID = Attributes.named("io.claviger.s3.KeyId");

  /**
   * The encryption context to seal with, instead of the configured one; on reading, the context
   * that the object must have been sealed with, whole.
   */
  public static final ExecutionAttribute<EncryptionContext> ENCRYPTION_CONTEXT =
      Attributes.named("io.claviger.s3.EncryptionContext");

  /** True leaves the request alone, as if there were no interceptor. */
  public static final ExecutionAttribute<Boolean> OFF = Attributes.named("io.claviger.s3.Off");

  private RequestAttributes() {}
}
