package io.claviger.examples.backend;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The AES keys of a key store, whose life is keytool's affair: so it neither creates nor deletes
 * nor rotates, says so in {@link #capabilities()}, and refuses with the kind that the contract asks
 * for.
 *
 * <p>A blob is {@code IV 12 | ciphertext | tag 16} of AES-256-GCM; key id and context are the
 * associated data. A random IV limits one key to 2^32 blobs (NIST SP 800-38D section 8.3).
 */
final class KeyStoreBackend implements KmsBackend {
  private static final int IV_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final Capabilities READ_ONLY =
      new Capabilities(false, false, false, false, false, false);

  private final SecureRandom random = new SecureRandom();
  private final TreeMap<String, SecretKey> keys = new TreeMap<>();
  private volatile boolean closed;

  KeyStoreBackend(KeyStore store, char[] password) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.getKey(alias, password) instanceof SecretKey key) {
        keys.put(alias, key);
      }
    }
  }

  private SecretKey key(String keyId) {
    if (closed) {
      throw KmsException.of(ErrorKind.NOT_RUNNING, "the key store was closed; open it again");
    }
    SecretKey key = keys.get(keyId);
    if (key == null) {
      throw KmsException.of(
          ErrorKind.KEY_NOT_FOUND,
          "the key store has no entry \"%s\", only %s; make it with keytool -genseckey"
              .formatted(keyId, keys.keySet()));
    }
    return key;
  }

  @Override
  public EncryptResult encrypt(EncryptRequest request) {
    byte[] blob =
        request.plaintext().use(plain -> seal(request.keyId(), plain, request.encryptionContext()));
    return new EncryptResult(request.keyId(), 1, blob);
  }

  @Override
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    byte[] fresh = new byte[request.keySpec().keyBytes()];
    random.nextBytes(fresh);
    byte[] blob = seal(request.keyId(), fresh, request.encryptionContext());
    SecretBytes plain = SecretBytes.takeOwnership(fresh);
    if (!request.withPlaintext()) {
      plain.close();
    }
    return new DataKey(
        request.keyId(), 1, request.keySpec(), request.withPlaintext() ? plain : null, blob);
  }

  private byte[] seal(String keyId, byte[] plain, EncryptionContext context) {
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keyId, iv, context);
      byte[] sealed = cipher.doFinal(plain);
      return ByteBuffer.allocate(iv.length + sealed.length).put(iv).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw KmsException.of(
          ErrorKind.CRYPTO_FAILURE, "key \"%s\" does not encrypt".formatted(keyId), e);
    }
  }

  @Override
  public SecretBytes decrypt(DecryptRequest request) {
    String keyId = request.requireKeyId();
    key(keyId);
    byte[] blob = request.ciphertextBlob();
    if (blob.length < IV_BYTES + TAG_BITS / Byte.SIZE) {
      throw doesNotOpen(keyId, null);
    }
    try {
      byte[] iv = Arrays.copyOf(blob, IV_BYTES);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, keyId, iv, request.encryptionContext());
      return SecretBytes.takeOwnership(cipher.doFinal(blob, IV_BYTES, blob.length - IV_BYTES));
    } catch (GeneralSecurityException e) {
      throw doesNotOpen(keyId, e);
    }
  }

  private static KmsException doesNotOpen(String keyId, @Nullable Exception cause) {
    return KmsException.of(
        ErrorKind.NOT_AUTHENTIC,
        "key \"%s\": the ciphertext does not open. Use the key and the context that it was made with"
            .formatted(keyId),
        cause);
  }

  private Cipher cipher(int mode, String keyId, byte[] iv, EncryptionContext context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key(keyId), new GCMParameterSpec(TAG_BITS, iv));
    cipher.updateAAD(keyId.getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(new byte[1]);
    cipher.updateAAD(context.canonicalBytes());
    return cipher;
  }

  @Override
  public KeyMetadata describeKey(DescribeKeyRequest request) {
    key(request.keyId());
    return new KeyMetadata(
        request.keyId(),
        KeyState.ENABLED,
        KeyUsage.ENCRYPT_DECRYPT,
        "",
        Map.of(),
        Instant.EPOCH,
        null,
        null,
        1,
        "KEYSTORE",
        "");
  }

  @Override
  public ListKeysResult listKeys(ListKeysRequest request) {
    List<KeyMetadata> page = new ArrayList<>();
    String marker = request.marker() == null ? "" : request.marker();
    for (String id : keys.tailMap(marker, false).keySet()) {
      KeyMetadata key = describeKey(new DescribeKeyRequest(id));
      boolean asked =
          (request.state() == null || request.state() == key.state())
              && (request.usage() == null || request.usage() == key.usage());
      if (asked && page.size() == request.limit()) {
        return new ListKeysResult(page, page.get(page.size() - 1).keyId(), List.of());
      }
      if (asked) {
        page.add(key);
      }
    }
    return new ListKeysResult(page, null, List.of());
  }

  @Override
  public KeyMetadata createKey(CreateKeyRequest request) {
    throw readOnly(request.keyName(), "keytool -genseckey");
  }

  @Override
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    throw readOnly(request.keyId(), "keytool -delete");
  }

  @Override
  public KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    throw readOnly(request.keyId(), "keytool");
  }

  private static KmsException readOnly(@Nullable String keyId, String instead) {
    return KmsException.of(
        ErrorKind.UNSUPPORTED_CAPABILITY,
        "key \"%s\": this backend only reads the key store; use %s".formatted(keyId, instead));
  }

  @Override
  public Capabilities capabilities() {
    return READ_ONLY;
  }

  @Override
  public void healthCheck() {}

  @Override
  public void close() {
    closed = true;
  }
}
