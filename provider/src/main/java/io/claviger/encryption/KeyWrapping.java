package io.claviger.encryption;

import io.claviger.engine.Entropy;
import io.claviger.format.Envelope;
import io.claviger.format.KeyWrap;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsDataKey;
import io.claviger.jca.KmsKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The three ways in which an object's data key is wrapped (format 2.2, 2.5, 2.6): by a master key,
 * by a bucket key, by a customer-provided key; always with the object's context.
 *
 * <p>Threads: safe. Blocking: the first two call the key management service.
 */
final class KeyWrapping {
  static final String USE_ENTRY = EncryptionContext.RESERVED_PREFIX + "use";
  private static final String SSE_ENTRY = EncryptionContext.RESERVED_PREFIX + "sse";
  static final int DATA_KEY_BYTES = 32;
  private static final KeyWrap BY_BUCKET_KEY = KeyWrap.labelled("io.claviger/wrap/bucket-key/v1");
  private static final KeyWrap BY_CUSTOMER_KEY = KeyWrap.labelled("io.claviger/wrap/sse-c/v1");

  private final ClavigerProvider provider;
  private final DataKeys dataKeys;

  KeyWrapping(ClavigerProvider provider) {
    this.provider = provider;
    this.dataKeys = new DataKeys(provider);
  }

  /** Draws a data key and wraps it as {@code request} says. */
  WrappedDataKey generate(SealRequest request) {
    if (request.customerKey() != null || usesBucketKey(request)) {
      return wrap(SecretBytes.takeOwnership(Entropy.bytes(DATA_KEY_BYTES)), request, false);
    }
    String keyId = masterKeyId(request);
    KmsDataKey made = dataKeys.generate(keyId, bound(request));
    try {
      SecretBytes key = SecretBytes.takeOwnership(made.getEncoded());
      return new WrappedDataKey(key, made.wrapped(), made.masterKeyId(), null, made.stamp());
    } finally {
      made.destroy();
    }
  }

  /** Wraps a data key that has an object already; takes no bucket key of a version before. */
  WrappedDataKey rewrap(SecretBytes key, SealRequest request) {
    return wrap(key, request, true);
  }

  /** Wraps a data key, which the answer then owns, as {@code request} says. */
  private WrappedDataKey wrap(SecretBytes key, SealRequest request, boolean now) {
    EncryptionContext bound = bound(request);
    CustomerKey customer = request.customerKey();
    if (customer != null) {
      byte[] wrapped = customer.use(k -> wrapWith(BY_CUSTOMER_KEY, k, key, bound));
      return new WrappedDataKey(key, wrapped, null, null, null);
    }
    String keyId = masterKeyId(request);
    if (!usesBucketKey(request)) {
      KmsKey master = dataKeys.masterKey(keyId);
      byte[] wrapped = dataKeys.wrap(master, key, bound);
      return new WrappedDataKey(key, wrapped, master.keyId(), null, null);
    }
    try (BucketKeys.Lent bucketKey =
        BucketKeys.of(provider.serviceManager())
            .lend(dataKeys, keyId, request.name().bucket(), request.context(), now)) {
      byte[] wrapped = bucketKey.key().use(k -> wrapWith(BY_BUCKET_KEY, k, key, bound));
      return new WrappedDataKey(
          key, wrapped, bucketKey.masterKeyId(), bucketKey.wrapped(), bucketKey.stamp());
    }
  }

  private static byte[] wrapWith(
      KeyWrap wrap, byte[] wrappingKey, SecretBytes key, EncryptionContext context) {
    return key.use(plain -> wrap.wrap(wrappingKey, plain, context.canonicalBytes()));
  }

  /** A bucket key is bound to its bucket, so it cannot serve an object that opens anywhere. */
  private static boolean usesBucketKey(SealRequest request) {
    return request.bucketKey() && request.names() != NameBinding.NONE;
  }

  /**
   * Unwraps the data key of an object.
   *
   * @throws KmsException NOT_AUTHENTIC if it was wrapped for another name or context
   * @throws FormatException KEY_WRAP if a customer-provided key does not open it
   */
  SecretBytes open(ReadEnvelope read, @Nullable CustomerKey customer) {
    Envelope envelope = read.envelope();
    EncryptionContext bound = read.bound();
    String keyId = envelope.keyId();
    if (keyId == null) {
      return openWithCustomerKey(envelope, bound, read.name(), customer);
    }
    byte[] bucketKey = envelope.bucketKey();
    if (bucketKey == null) {
      return dataKeys.unwrap(keyId, envelope.wrappedDataKey(), bound);
    }
    try (SecretBytes opened =
        BucketKeys.open(dataKeys, keyId, bucketKey, read.name().bucket(), read.context())) {
      return opened.use(k -> unwrapWith(BY_BUCKET_KEY, k, envelope.wrappedDataKey(), bound));
    } catch (FormatException e) {
      throw KmsException.of(
          ErrorKind.NOT_AUTHENTIC, "the bucket key does not open the data key", e);
    }
  }

  private static SecretBytes openWithCustomerKey(
      Envelope envelope, EncryptionContext bound, ObjectName name, @Nullable CustomerKey customer) {
    if (customer == null) {
      throw new FormatException(
          Failure.CUSTOMER_KEY,
          "%s was sealed with a customer-provided key (SSE-C). Send that key with the request"
              .formatted(name));
    }
    try {
      return customer.use(k -> unwrapWith(BY_CUSTOMER_KEY, k, envelope.wrappedDataKey(), bound));
    } catch (FormatException e) {
      throw new FormatException(
          Failure.KEY_WRAP,
          "%s: the customer-provided key does not open the object: another key, another name, or changed metadata. Send the key that the object was stored with, and read it under its own name"
              .formatted(name),
          e);
    }
  }

  private static SecretBytes unwrapWith(
      KeyWrap wrap, byte[] wrappingKey, byte[] wrapped, EncryptionContext context) {
    byte[] key = wrap.unwrap(wrappingKey, wrapped, context.canonicalBytes());
    SecretBytes secret = SecretBytes.takeOwnership(key);
    if (key.length != DATA_KEY_BYTES) {
      secret.close();
      throw new FormatException(
          Failure.KEY_WRAP,
          "the wrapped data key has %d bytes, expected %d".formatted(key.length, DATA_KEY_BYTES));
    }
    return secret;
  }

  private String masterKeyId(SealRequest request) {
    String asked = request.keyId();
    return asked != null
        ? asked
        : provider
            .serviceManager()
            .manager()
            .defaultKeyId()
            .orElseThrow(
                () ->
                    KmsException.of(
                        ErrorKind.INVALID_REQUEST,
                        "no key id was given and no default key is configured. Pass a key id, or set default_key_id (CLAVIGER_DEFAULT_KEY_ID)"));
  }

  private static EncryptionContext bound(SealRequest request) {
    ObjectName name = request.name();
    return bound(
        request.context(), request.names().entries(name.bucket(), name.key()), request.sse());
  }

  /** Returns what a data key is wrapped with: the caller's context, names and use. */
  static EncryptionContext bound(EncryptionContext context, Map<String, String> names, String sse) {
    Map<String, String> reserved = new HashMap<>(names);
    reserved.put(USE_ENTRY, "object");
    reserved.put(SSE_ENTRY, sse);
    return context.withReserved(reserved);
  }
}
