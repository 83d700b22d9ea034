package io.claviger.s3.internal.copy;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SealRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.Rewrap;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.RuledKey;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.sdk.Attributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;

/**
 * What {@link Rewrap} asks of a copy, passed as an execution attribute of the request: context and
 * SSE algorithm of the source stay, whatever the interceptor's defaults are; a key rule that fits
 * the name of the copy decides on its key, and its entries on theirs in the context.
 *
 * @param keyId the master key, null to keep the source's where no key rule fits
 * @param customerKey the customer-provided key (SSE-C), null to keep a master key
 */
record RewrapTarget(@Nullable String keyId, CustomerKeys.@Nullable Given customerKey) {
  static final ExecutionAttribute<RewrapTarget> ATTRIBUTE =
      Attributes.named("io.claviger.s3.internal.copy.RewrapTarget");

  /** Returns what the data key of {@code source} is wrapped with. */
  SealRequest of(ObjectName bound, ObjectOpener source, Settings settings, RuledKey ruled) {
    EncryptionContext context = ruled.context(source.context(), false);
    if (customerKey != null) {
      return new SealRequest(
          bound, null, context, settings.names(), SealRequest.CUSTOMER, customerKey.key(), false);
    }
    return new SealRequest(
        bound,
        ruled.byRule()
            ? ruled.keyId(keyId, settings)
            : Objects.requireNonNullElse(keyId, source.keyId()),
        context,
        settings.names(),
        source.sse(),
        null,
        source.hasBucketKey());
  }
}
