package io.claviger.s3.internal.copy;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SealRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.Rewrap;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.RuledKey;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.sdk.Attributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;

/**
 * What {@link Rewrap} asks of a copy, passed as an execution attribute of the request: what it does
 * not name, and the SSE algorithm, stays as in the source, whatever the interceptor's defaults are;
 * a key rule that fits the name of the copy decides on its key, and its entries on theirs in the
 * context.
 *
 * @param keyId the master key, null to keep the source's where no key rule fits
 * @param context the whole context, null to keep the source's
 * @param names which names are bound, null for those of the interceptor
 * @param customerKey the customer-provided key (SSE-C), null to keep a master key
 */
record RewrapTarget(
    @Nullable String keyId,
    @Nullable EncryptionContext context,
    @Nullable NameBinding names,
    CustomerKeys.@Nullable Given customerKey) {
  static final ExecutionAttribute<RewrapTarget> ATTRIBUTE =
      Attributes.named("io.claviger.s3.internal.copy.RewrapTarget");

  /** Names nothing. */
  static final RewrapTarget AS_IT_IS = new RewrapTarget(null, null, null, null);

  RewrapTarget withKey(String id) {
    return new RewrapTarget(id, context, names, null);
  }

  RewrapTarget withContext(EncryptionContext whole) {
    return new RewrapTarget(keyId, whole, names, customerKey);
  }

  RewrapTarget withNames(NameBinding bound) {
    return new RewrapTarget(keyId, context, bound, customerKey);
  }

  RewrapTarget withCustomerKey(CustomerKeys.@Nullable Given customer) {
    return new RewrapTarget(keyId, context, names, customer);
  }

  /** Returns what the data key of {@code source} is wrapped with. */
  SealRequest of(ObjectName bound, ObjectOpener source, Settings settings, RuledKey ruled) {
    if (customerKey != null) {
      return new SealRequest(
          bound,
          null,
          context(source.context(), ruled),
          names(settings),
          SealRequest.CUSTOMER,
          customerKey.key(),
          false);
    }
    return new SealRequest(
        bound,
        keyId(source.keyId(), settings, ruled),
        context(source.context(), ruled),
        names(settings),
        source.sse(),
        null,
        source.hasBucketKey());
  }

  /** Returns the same for an object of which only its key and its context are known. */
  SealRequest of(
      ObjectName bound,
      String itsKeyId,
      EncryptionContext itsContext,
      Settings settings,
      RuledKey ruled) {
    return new SealRequest(
        bound,
        keyId(itsKeyId, settings, ruled),
        context(itsContext, ruled),
        names(settings),
        SealRequest.of(bound).sse());
  }

  private @Nullable String keyId(@Nullable String source, Settings settings, RuledKey ruled) {
    if (ruled.byRule()) {
      return ruled.keyId(keyId, settings);
    }
    return keyId == null ? source : keyId;
  }

  private EncryptionContext context(EncryptionContext source, RuledKey ruled) {
    return ruled.context(Objects.requireNonNullElse(context, source), context != null);
  }

  private NameBinding names(Settings settings) {
    return Objects.requireNonNullElse(names, settings.names());
  }
}
