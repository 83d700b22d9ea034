package io.claviger.backend.keyring;

import io.claviger.engine.Entropy;
import io.claviger.engine.RawCiphers;
import io.claviger.format.Utf8;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A backend whose keys are stored in a {@link RecordStore}: the rules of kms in one place for every
 * store.
 *
 * <p>Threads: safe.
 */
public final class KeyringBackend extends KeyLifecycle {
  private static final String IMPORTED = "IMPORTED";

  private final RecordStore store;
  private final FreshLooks looks = new FreshLooks();

  public KeyringBackend(RecordStore store, BackendSettings settings) {
    super(settings);
    this.store = store;
  }

  /** Returns the store; NOT_RUNNING once closed. */
  private RecordStore store() {
    requireOpen();
    return store;
  }

  @Override
  protected KeyMetadata change(String keyId, UnaryOperator<KeyStateMachine> change) {
    return store().update(keyId, key -> key.with(change.apply(key.standing()))).metadata();
  }

  @Override
  protected Optional<KeyStateMachine> destroy(
      String keyId, UnaryOperator<KeyStateMachine> allowed) {
    KeyRecord gone = store().destroy(keyId, key -> key.with(allowed.apply(key.standing())));
    return Optional.of(gone.standing());
  }

  @Override
  public KeyMetadata rotateKey(String keyId) {
    Instant now = settings.clock().instant();
    return store().update(keyId, key -> KeyRotation.of(key, now)).metadata();
  }

  @Override
  public Capabilities capabilities() {
    return store.capabilities();
  }

  @Override
  public KeyMetadata createKey(CreateKeyRequest request) {
    String name = request.keyName();
    String id = name == null ? HexFormat.of().formatHex(Entropy.bytes(16)) : name;
    Instant now = settings.clock().instant();
    int bits = request.keyUsage().requireBits(request.keyBits());
    KeyVersion version = KeyVersion.fresh(1, bits / Byte.SIZE, now);
    return create(
        id,
        request.keyUsage(),
        request.description(),
        request.tags(),
        request.createdBy(),
        version,
        request.origin() == null ? store.originOf(KeyMetadata.ORIGIN_CLAVIGER) : request.origin(),
        request.policy());
  }

  @Override
  public KeyMetadata importRawKey(ImportKeyRequest request) {
    if (capabilities().importRawKey()) { // else the store refuses, whatever the size
      request.keyUsage().requireBits(Byte.SIZE * request.rawKey().length());
    }
    Instant now = settings.clock().instant();
    KeyVersion version = imported(request, now);
    return create(
        request.keyName(),
        request.keyUsage(),
        request.description(),
        request.tags(),
        "",
        version,
        store.originOf(IMPORTED),
        "");
  }

  private static KeyVersion imported(ImportKeyRequest request, Instant now) {
    byte[] material = request.rawKey().toByteArray();
    SecretBytes wrapping = request.wrappingSecret();
    if (wrapping == null) {
      return KeyVersion.of(1, material, now);
    }
    byte[] wrap = wrapping.toByteArray();
    if (wrap.length != KeyVersion.SECRET_BYTES || Arrays.equals(wrap, material)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "a wrapping secret of %d bytes, expected %d that differ from the raw key"
              .formatted(wrap.length, KeyVersion.SECRET_BYTES));
    }
    return KeyVersion.escrowed(1, material, wrap, now);
  }

  private KeyMetadata create(
      String id,
      KeyUsage usage,
      String description,
      Map<String, String> tags,
      String createdBy,
      KeyVersion version,
      String origin,
      String policy) {
    if (!Utf8.isWellFormed(id)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "the key id holds half of a surrogate pair, as a text has that was cut within a character. Give the whole id");
    }
    KeyMetadata metadata =
        new KeyMetadata(
            id,
            KeyState.ENABLED,
            usage,
            description,
            tags,
            version.createdAt(),
            null,
            null,
            1,
            origin,
            createdBy,
            policy,
            version.bits());
    if (!store().create(new KeyRecord(metadata, KeyState.ENABLED, List.of(version)))) {
      throw KmsException.of(
          ErrorKind.KEY_ALREADY_EXISTS,
          "key \"%s\" exists already. Use it, or choose another id".formatted(id));
    }
    return metadata;
  }

  private KeyRecord record(String keyId) {
    return store().find(keyId).orElseThrow(() -> notFound(keyId));
  }

  /**
   * Returns a record for a request that names a version: where the one that is remembered lacks it,
   * another process may have made it a moment ago.
   */
  private KeyRecord record(String keyId, Predicate<KeyRecord> lacksVersion) {
    KeyRecord known = record(keyId);
    if (!lacksVersion.test(known)) {
      return known;
    }
    looks.look(keyId, () -> store().refresh(keyId));
    return record(keyId);
  }

  /** Returns a record for work with a version, 0 for the current one, which also seals. */
  private KeyRecord record(String keyId, int version) {
    return version == 0 ? toSeal(keyId) : record(keyId, key -> !key.hasVersion(version));
  }

  private KeyRecord toSeal(String keyId) {
    return store().findToSeal(keyId).orElseThrow(() -> notFound(keyId));
  }

  /** Returns the failure for an id that is not there. */
  public static KmsException notFound(String keyId) {
    return KmsException.of(
        ErrorKind.KEY_NOT_FOUND,
        "there is no key \"%s\". Create it, or check the id and the configured backend"
            .formatted(keyId));
  }

  @Override
  public EncryptResult encrypt(EncryptRequest request) {
    KeyRecord key = toSeal(request.keyId());
    key.standing().requireUsage(KeyUsage.ENCRYPT_DECRYPT, "encrypt");
    key.standing().requireEnabled("encrypt");
    byte[] context = request.encryptionContext().canonicalBytes();
    byte[] blob = request.plaintext().use(plain -> key.wrap(plain, context));
    return new EncryptResult(request.keyId(), key.current().id().number(), blob);
  }

  @Override
  public SecretBytes decrypt(DecryptRequest request) {
    byte[] blob = request.ciphertextBlob();
    KeyRecord key = record(request.requireKeyId(), known -> known.lacksVersionOf(blob));
    key.standing().requireUsage(KeyUsage.ENCRYPT_DECRYPT, "decrypt");
    key.standing().requireDecryptable(settings.strictDecrypt());
    return SecretBytes.takeOwnership(
        key.unwrap(blob, request.encryptionContext().canonicalBytes()));
  }

  @Override
  public boolean isRemembered(String keyId) {
    return store.remembers(keyId);
  }

  /** Our own blobs name no key; RustFS's envelopes do. */
  @Override
  public @Nullable String keyIdNamedBy(byte[] ciphertextBlob) {
    try {
      return RustfsEnvelope.read(ciphertextBlob).map(RustfsEnvelope::masterKeyId).orElse(null);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    KeyRecord key = toSeal(request.keyId());
    key.standing().requireUsage(KeyUsage.ENCRYPT_DECRYPT, "generateDataKey");
    key.standing().requireEnabled("generateDataKey");
    byte[] plain = Entropy.bytes(request.keySpec().keyBytes());
    byte[] blob = key.wrap(plain, request.encryptionContext().canonicalBytes());
    if (!request.withPlaintext()) {
      Arrays.fill(plain, (byte) 0);
    }
    return new DataKey(
        request.keyId(),
        key.current().id().number(),
        request.keySpec(),
        request.withPlaintext() ? SecretBytes.takeOwnership(plain) : null,
        blob);
  }

  @Override
  public byte[] mac(MacRequest request) {
    if (!store.capabilities().macs()) {
      return super.mac(request);
    }
    KeyRecord key = record(request.keyId(), request.version());
    key.standing().requireUsage(KeyUsage.SIGN_VERIFY, "mac");
    key.standing().requireEnabled("mac");
    KeyVersion chosen = request.version() == 0 ? key.current() : key.version(request.version());
    return RawCiphers.mac(request.algorithm().jcaName(), chosen.material())
        .doFinal(request.message());
  }

  @Override
  public SecretBytes lendMaterial(String keyId, int version) {
    requireRawCiphers(keyId);
    return lent(record(keyId, version), version);
  }

  @Override
  public SecretBytes lendToSeal(String keyId, int version) {
    requireRawCiphers(keyId);
    KeyRecord key = toSeal(keyId);
    return lent(version == 0 || key.hasVersion(version) ? key : record(keyId, version), version);
  }

  private void requireRawCiphers(String keyId) {
    if (!store.capabilities().rawCiphers()) {
      throw KmsException.of(
          ErrorKind.UNSUPPORTED_CAPABILITY,
          "key \"%s\": its one secret serves the KMS cipher only; raw ciphers and Mac are refused"
              .formatted(keyId));
    }
  }

  private static SecretBytes lent(KeyRecord key, int version) {
    KeyVersion chosen = version == 0 ? key.current() : key.version(version);
    if (version == 0) {
      key.standing().requireEnabled("raw use of the current version");
    }
    return SecretBytes.copyOf(chosen.material());
  }

  @Override
  public KeyMetadata describeKey(DescribeKeyRequest request) {
    return record(request.keyId()).metadata();
  }

  @Override
  public ListKeysResult listKeys(ListKeysRequest request) {
    RecordStore records = store();
    return Pages.of(records.ids(), id -> records.find(id).map(KeyRecord::metadata), request);
  }

  @Override
  public void healthCheck() {
    store().check();
  }

  @Override
  public void close() {
    closeOnce();
    store.close();
  }
}
