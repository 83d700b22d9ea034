package io.claviger.jca;

import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.ProviderException;
import java.security.UnrecoverableEntryException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code KeyStore} {@code Claviger}: the keys of the service, aliases are key ids. There is no file
 * and no password; changes are durable at once. A key whose deletion is scheduled is no entry any
 * more.
 */
final class KmsKeyStoreSpi extends KeyStoreSpi {
  /** Algorithms of keys that can be imported, in upper case, and what such a key is for here. */
  private static final Map<String, KeyUsage> USAGES =
      Map.of(
          "AES", KeyUsage.ENCRYPT_DECRYPT,
          "HMACSHA256", KeyUsage.SIGN_VERIFY,
          "HMACSHA384", KeyUsage.SIGN_VERIFY,
          "HMACSHA512", KeyUsage.SIGN_VERIFY);

  /** An alias of one version: {@code orders@1}. */
  private static final Pattern VERSION = Pattern.compile("(.+)@([1-9][0-9]{0,8})");

  private final ClavigerProvider provider;

  KmsKeyStoreSpi(ClavigerProvider provider) {
    this.provider = provider;
  }

  private KmsManager kms() {
    return provider.serviceManager().manager();
  }

  @Override
  public void engineLoad(@Nullable InputStream in, char @Nullable [] password) throws IOException {
    if (in != null) {
      throw new IOException(
          "a Claviger key store is not a file: load(null, null), or -keystore NONE with keytool");
    }
    try {
      kms().healthCheck();
    } catch (KmsException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void engineLoad(KeyStore.@Nullable LoadStoreParameter parameter) throws IOException {
    engineLoad(null, null);
  }

  @Override
  public void engineStore(@Nullable OutputStream out, char @Nullable [] password)
      throws IOException {
    if (out != null) {
      throw new IOException("a Claviger key store is not a file; its changes are durable already");
    }
  }

  @Override
  public void engineStore(KeyStore.@Nullable LoadStoreParameter parameter) {}

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    ListKeysRequest request = new ListKeysRequest(ListKeysRequest.MAX_LIMIT, null, null, null);
    while (true) {
      ListKeysResult page = kms().listKeys(request);
      for (KeyMetadata key : page.keys()) {
        if (isEntry(key)) {
          ids.add(key.keyId());
        }
      }
      String next = page.nextMarker();
      if (next == null) {
        return ids;
      }
      request = request.after(next);
    }
  }

  private static boolean isEntry(KeyMetadata key) {
    return key.state() == KeyState.ENABLED || key.state() == KeyState.DISABLED;
  }

  /** What an alias names: a key, and the version that raw ciphers use. */
  private record Named(KeyMetadata key, int version) {}

  /** Finds the key of this id, else, for {@code id@version}, that version of a key. */
  private Optional<Named> find(String alias) {
    Optional<KeyMetadata> exact = describe(alias);
    if (exact.isPresent()) {
      return exact.map(key -> new Named(key, key.currentVersion()));
    }
    Matcher matcher = VERSION.matcher(alias);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int version = Integer.parseInt(matcher.group(2));
    return describe(matcher.group(1))
        .filter(key -> version <= key.currentVersion())
        .map(key -> new Named(key, version));
  }

  private Optional<KeyMetadata> describe(String alias) {
    try {
      return Optional.of(kms().describeKey(alias));
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.KEY_NOT_FOUND || e.kind() == ErrorKind.INVALID_REQUEST) {
        return Optional.empty(); // an alias that no key id can be is not there either
      }
      throw new ProviderException(e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Key engineGetKey(String alias, char @Nullable [] password)
      throws UnrecoverableKeyException {
    try {
      Named named = find(alias).orElse(null);
      if (named == null) {
        return null;
      }
      KeyMetadata key = named.key();
      if (!isEntry(key)) {
        throw new UnrecoverableKeyException(
            "key \"%s\" waits for its deletion%s. cancelKeyDeletion of KmsManager makes it an entry again; until then its id opens what it sealed"
                .formatted(
                    key.keyId(), key.deletionDate() == null ? "" : " on " + key.deletionDate()));
      }
      return new KmsKey(provider, key, named.version());
    } catch (ProviderException e) {
      UnrecoverableKeyException failed = new UnrecoverableKeyException(e.getMessage());
      failed.initCause(e.getCause());
      throw failed;
    }
  }

  @Override
  public KeyStore.@Nullable Entry engineGetEntry(
      String alias, KeyStore.@Nullable ProtectionParameter protection)
      throws UnrecoverableEntryException {
    Key key = engineGetKey(alias, null);
    return key == null ? null : new KeyStore.SecretKeyEntry((KmsKey) key);
  }

  @Override
  public boolean engineEntryInstanceOf(String alias, Class<? extends KeyStore.Entry> type) {
    return type.isAssignableFrom(KeyStore.SecretKeyEntry.class) && engineIsKeyEntry(alias);
  }

  @Override
  public @Nullable Date engineGetCreationDate(String alias) {
    return find(alias)
        .map(Named::key)
        .filter(KmsKeyStoreSpi::isEntry)
        .map(key -> Date.from(key.createdAt()))
        .orElse(null);
  }

  /** Creates (entry is a {@link KmsKeySpec}) or imports (entry holds a RAW key). */
  @Override
  public void engineSetEntry(
      String alias, KeyStore.Entry entry, KeyStore.@Nullable ProtectionParameter protection)
      throws KeyStoreException {
    if (entry instanceof KeyStore.SecretKeyEntry secret) {
      engineSetKeyEntry(alias, secret.getSecretKey(), null, null);
    } else if (entry instanceof KmsKeySpec wanted) {
      requireSame(alias, wanted.keyId());
      call(() -> KmsKeyGeneratorSpi.create(provider, wanted));
    } else {
      throw new KeyStoreException(
          "a Claviger key store holds secret keys only: set a SecretKeyEntry or a KmsKeySpec");
    }
  }

  @Override
  public void engineSetKeyEntry(
      String alias, Key key, char @Nullable [] password, Certificate @Nullable [] chain)
      throws KeyStoreException {
    if (key instanceof KmsKey kms) {
      requireSame(alias, kms.keyId());
      requireThere(kms);
      return;
    }
    KeyUsage usage = USAGES.get(key.getAlgorithm().toUpperCase(Locale.ROOT));
    if (usage == null) {
      throw new KeyStoreException(
          "a key for %s would become another key here. Set a key for AES, HmacSHA256, HmacSHA384 or HmacSHA512"
              .formatted(key.getAlgorithm()));
    }
    byte[] encoded = "RAW".equals(key.getFormat()) ? key.getEncoded() : null;
    if (encoded == null) {
      throw new KeyStoreException("only a secret key with its raw bytes can be imported");
    }
    try (SecretBytes raw = SecretBytes.takeOwnership(encoded)) {
      call(() -> provider.importRawKey(alias, raw, usage));
    }
  }

  /** Refuses a key that the entry of its id is not: nothing could be stored of it. */
  private void requireThere(KmsKey key) throws KeyStoreException {
    String found = null;
    if (key.provider().serviceManager() != provider.serviceManager()) {
      found = "is of another key service";
    } else {
      Named there = find(key.keyId()).filter(named -> isEntry(named.key())).orElse(null);
      if (there == null) {
        found = "is no entry of this key store any more";
      } else if (there.version() != key.version()) {
        found = "is not the current version, which is " + there.version();
      }
    }
    if (found != null) {
      throw new KeyStoreException(
          "key \"%s\" version %d %s. Nothing was stored: its bytes never leave its key service. Import the raw key where it came from, or move keys of a key folder by export and import"
              .formatted(key.keyId(), key.version(), found));
    }
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw new KeyStoreException("keys protected by others cannot be imported; set the key itself");
  }

  @Override
  public void engineDeleteEntry(String alias) throws KeyStoreException {
    call(() -> kms().deleteKey(DeleteKeyRequest.schedule(alias)));
  }

  private static void requireSame(String alias, String keyId) throws KeyStoreException {
    if (!alias.equals(keyId)) {
      throw new KeyStoreException(
          "the alias \"%s\" is not the key's id \"%s\"; they are the same here"
              .formatted(alias, keyId));
    }
  }

  private static void call(Runnable change) throws KeyStoreException {
    try {
      change.run();
    } catch (KmsException e) {
      throw new KeyStoreException(e.getMessage(), e);
    }
  }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(ids());
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return find(alias).map(Named::key).filter(KmsKeyStoreSpi::isEntry).isPresent();
  }

  @Override
  public int engineSize() {
    return ids().size();
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return engineContainsAlias(alias);
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return false;
  }

  @Override
  public Certificate @Nullable [] engineGetCertificateChain(String alias) {
    return null;
  }

  @Override
  public @Nullable Certificate engineGetCertificate(String alias) {
    return null;
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate)
      throws KeyStoreException {
    throw new KeyStoreException("a Claviger key store holds secret keys only");
  }

  @Override
  public @Nullable String engineGetCertificateAlias(Certificate certificate) {
    return null;
  }
}
