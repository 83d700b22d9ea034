package io.claviger.encryption;

import io.claviger.kms.SecretBytes;
import org.jspecify.annotations.Nullable;

/**
 * A data key and what an envelope says of it. The holder closes it.
 *
 * @param key the data key
 * @param wrapped the data key, wrapped
 * @param masterKeyId the master key, null under a customer-provided key
 * @param bucketKey the wrapped bucket key that wraps the data key, null without one
 * @param stamp version of the master key that made the outer wrap, where its blob does not say it
 */
record WrappedDataKey(
    SecretBytes key,
    byte[] wrapped,
    @Nullable String masterKeyId,
    byte @Nullable [] bucketKey,
    @Nullable String stamp)
    implements AutoCloseable {
  @Override
  public void close() {
    key.close();
  }
}
