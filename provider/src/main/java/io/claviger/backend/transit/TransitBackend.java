package io.claviger.backend.transit;

import io.claviger.backend.keyring.Pages;
import io.claviger.backend.keyring.RustfsEnvelope;
import io.claviger.backend.vault.TransitEngine;
import io.claviger.backend.vault.VaultClient;
import io.claviger.engine.Entropy;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.Capabilities;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys that never leave Vault: data keys are made here and wrapped by Transit's {@code encrypt}
 * with the canonical context as associated data, also the empty one. State and usage come from
 * metadata in KV, which is advice: what a login may do is decided by Vault's policies.
 *
 * <p>Threads: safe. Blocking: every operation is one request, and up to two more where what is
 * known of the key is older than a second.
 */
final class TransitBackend extends TransitLifecycle {
  private static final Capabilities CAPABILITIES =
      new Capabilities(true, true, true, false, false, true, true);

  private final VaultClient vault;
  private final TransitKeys known;
  private final TransitEngine transit;

  TransitBackend(
      VaultClient vault, TransitEngine transit, TransitKeys keys, BackendSettings settings) {
    super(keys, settings);
    this.known = keys;
    this.vault = vault;
    this.transit = transit;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public EncryptResult encrypt(EncryptRequest request) {
    requireEncrypting(request.keyId(), "encrypt");
    byte[] blob =
        request.plaintext().use(p -> wrap(request.keyId(), p, request.encryptionContext()));
    return new EncryptResult(request.keyId(), version(blob), blob);
  }

  @Override
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    requireEncrypting(request.keyId(), "generateDataKey");
    SecretBytes plain = SecretBytes.takeOwnership(Entropy.bytes(request.keySpec().keyBytes()));
    boolean given = false;
    try {
      byte[] blob = plain.use(p -> wrap(request.keyId(), p, request.encryptionContext()));
      given = request.withPlaintext();
      return new DataKey(
          request.keyId(), version(blob), request.keySpec(), given ? plain : null, blob);
    } finally {
      if (!given) {
        plain.close();
      }
    }
  }

  /** Keys for MACs of Transit's type aes256-gcm96 too: each has an HMAC key beside it. */
  @Override
  public byte[] mac(MacRequest request) {
    String keyId = request.keyId();
    TransitKey key = keys().require(keyId);
    key.standing().requireUsage(KeyUsage.SIGN_VERIFY, "mac");
    key.standing().requireEnabled("mac");
    return transit.hmac(
        keyId, request.version(), request.algorithm(), request.message(), subject(keyId));
  }

  private void requireEncrypting(String keyId, String operation) {
    TransitKey key = keys().require(keyId);
    key.standing().requireUsage(KeyUsage.ENCRYPT_DECRYPT, operation);
    key.standing().requireEnabled(operation);
  }

  private byte[] wrap(String keyId, byte[] plain, EncryptionContext context) {
    return TransitBlob.of(transit.encrypt(keyId, plain, context.canonicalBytes(), subject(keyId)));
  }

  private static int version(byte[] blob) {
    return TransitBlob.version(new String(blob, StandardCharsets.US_ASCII));
  }

  private static String subject(String keyId) {
    return "key \"" + keyId + "\"";
  }

  @Override
  public SecretBytes decrypt(DecryptRequest request) {
    String keyId = request.requireKeyId();
    TransitKey key = keys().require(keyId);
    key.standing().requireUsage(KeyUsage.ENCRYPT_DECRYPT, "decrypt");
    key.standing().requireDecryptable(settings.strictDecrypt());
    byte[] blob = request.ciphertextBlob();
    byte[] context = request.encryptionContext().canonicalBytes();
    if (blob.length > 0 && blob[0] == '{') {
      return SecretBytes.takeOwnership(openRustfs(keyId, blob, request.encryptionContext()));
    }
    String text = TransitBlob.text(blob);
    if (text == null) {
      throw notAuthentic(keyId, "it is no text of Transit", null);
    }
    return SecretBytes.takeOwnership(transit.decrypt(keyId, text, context, subject(keyId)));
  }

  /** RustFS sends no associated data for an empty context. */
  private byte[] openRustfs(String keyId, byte[] blob, EncryptionContext asked) {
    RustfsEnvelope envelope = envelope(blob).orElse(null);
    String text =
        envelope == null || envelope.iv().length != 0
            ? null
            : TransitBlob.text(envelope.encryptedKey());
    if (envelope == null || text == null || !envelope.masterKeyId().equals(keyId)) {
      throw notAuthentic(keyId, "it is no blob of this key", null);
    }
    byte[] context = asked.canonicalBytes();
    if (!MessageDigest.isEqual(envelope.context(), context)) {
      throw notAuthentic(keyId, "RustFS's envelope is of another context", null);
    }
    byte[] plain = transit.decrypt(keyId, text, asked.isEmpty() ? null : context, subject(keyId));
    if (plain.length != envelope.keyBytes()) {
      Arrays.fill(plain, (byte) 0);
      throw notAuthentic(keyId, "RustFS's envelope names another key_spec", null);
    }
    return plain;
  }

  private static Optional<RustfsEnvelope> envelope(byte[] blob) {
    try {
      return RustfsEnvelope.read(blob);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static KmsException notAuthentic(String keyId, String found, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.NOT_AUTHENTIC,
        "key \"%s\": the ciphertext does not open (%s). Use the key and the encryption context that it was made with"
            .formatted(keyId, found),
        cause);
  }

  /** Our own blobs name no key; RustFS's envelopes do. */
  @Override
  public @Nullable String keyIdNamedBy(byte[] ciphertextBlob) {
    return envelope(ciphertextBlob).map(RustfsEnvelope::masterKeyId).orElse(null);
  }

  /** Keys of the engine that are not for this login, or of another type, are left out. */
  @Override
  public ListKeysResult listKeys(ListKeysRequest request) {
    TransitKeys all = keys();
    return Pages.of(all.ids(), id -> listed(all, id), request);
  }

  private static Optional<KeyMetadata> listed(TransitKeys keys, String keyId) {
    try {
      return keys.find(keyId).map(TransitKey::metadata);
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.ACCESS_DENIED || e.kind() == ErrorKind.INVALID_KEY_STATE) {
        return Optional.empty(); // not ours: the engine is shared
      }
      throw e;
    }
  }

  @Override
  public void healthCheck() {
    TransitKeys open = keys();
    vault.check();
    VaultClient.unlessDenied(open::ids);
  }

  @Override
  public void close() {
    if (closeOnce()) {
      known.clear();
      vault.close();
    }
  }
}
