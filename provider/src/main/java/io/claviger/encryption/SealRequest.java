package io.claviger.encryption;

import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import org.jspecify.annotations.Nullable;

/**
 * What an object is sealed with.
 *
 * @param name the bucket and key it is sealed for
 * @param keyId the master key, null for the default key
 * @param context the caller's encryption context
 * @param names which names are bound
 * @param sse the algorithm that the caller gets reported: {@code AES256}, {@code aws:kms} or {@code
 *     customer}
 * @param customerKey wraps the data key instead of a master key; null for none. Given exactly when
 *     {@code sse} is {@code customer}
 * @param bucketKey whether a bucket key may stand between master key and data key
 */
public record SealRequest(
    ObjectName name,
    @Nullable String keyId,
    EncryptionContext context,
    NameBinding names,
    String sse,
    @Nullable CustomerKey customerKey,
    boolean bucketKey) {
  /** The SSE algorithm of objects sealed with a customer-provided key. */
  public static final String CUSTOMER = "customer";

  public SealRequest {
    if (sse.equals(CUSTOMER) != (customerKey != null)) {
      throw new IllegalArgumentException(
          "sse is \"%s\" %s a customer-provided key"
              .formatted(sse, customerKey == null ? "without" : "with"));
    }
  }

  /** A request without a customer-provided key and without a bucket key. */
  public SealRequest(
      ObjectName name,
      @Nullable String keyId,
      EncryptionContext context,
      NameBinding names,
      String sse) {
    this(name, keyId, context, names, sse, null, false);
  }

  /** Seals under the default key, both names bound, without a context. */
  public static SealRequest of(ObjectName name) {
    return new SealRequest(name, null, EncryptionContext.empty(), NameBinding.OBJECT, "AES256");
  }
}
