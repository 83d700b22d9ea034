package io.claviger.encryption;

import io.claviger.format.NameBinding;
import io.claviger.kms.EncryptionContext;
import org.jspecify.annotations.Nullable;

/**
 * What an object is sealed with.
 *
 * @param name where it will lie
 * @param keyId the master key, null for the default key
 * @param context the caller's encryption context
 * @param names which names are bound
 * @param sse what the caller is told: {@code AES256} or {@code aws:kms}
 */
public record SealRequest(
    ObjectName name,
    @Nullable String keyId,
    EncryptionContext context,
    NameBinding names,
    String sse) {
  /** Seals under the default key, both names bound, without a context. */
  public static SealRequest of(ObjectName name) {
    return new SealRequest(name, null, EncryptionContext.empty(), NameBinding.OBJECT, "AES256");
  }
}
