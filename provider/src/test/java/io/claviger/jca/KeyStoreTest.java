package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.KmsConfig;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreTest {
  private KmsServiceManager service;
  private ClavigerProvider provider;
  private KeyStore store;

  @BeforeEach
  void start() throws Exception {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    provider = new ClavigerProvider(service);
    store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  @Test
  void createsImportsReadsAndSchedules() throws Exception {
    store.setEntry("made", KmsKeySpec.named("made").withDescription("by a key store"), null);
    store.setKeyEntry("imported", new SecretKeySpec(new byte[32], "AES"), null, null);
    SecretKey mac = new SecretKeySpec(new byte[32], "HmacSHA256");
    store.setEntry("mac", new KeyStore.SecretKeyEntry(mac), null);
    assertThat(Collections.list(store.aliases())).containsExactly("imported", "mac", "made");
    assertThat(store.size()).isEqualTo(3);
    assertThat(store.getCreationDate("made"))
        .isEqualTo(java.util.Date.from(service.manager().describeKey("made").createdAt()));
    assertThat(store.isKeyEntry("made")).isTrue();
    assertThat(store.entryInstanceOf("made", KeyStore.SecretKeyEntry.class)).isTrue();
    assertThat(store.entryInstanceOf("made", KeyStore.PrivateKeyEntry.class)).isFalse();
    assertThat(((KmsKey) store.getKey("mac", null)).usage()).isEqualTo(KeyUsage.SIGN_VERIFY);
    assertThat(store.getKey("made", "any password".toCharArray())).isEqualTo(provider.key("made"));
    KeyStore.SecretKeyEntry entry = (KeyStore.SecretKeyEntry) store.getEntry("imported", null);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, entry.getSecretKey());
    assertThat(cipher.doFinal(new byte[1])).hasSize(17);
    store.store(null, null);

    store.deleteEntry("made");
    assertThat(service.manager().describeKey("made").state()).isEqualTo(KeyState.PENDING_DELETION);
    assertThat(store.containsAlias("made")).isFalse();
    assertThatThrownBy(() -> store.getKey("made", null))
        .isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("waits for its deletion on")
        .hasMessageContaining("cancelKeyDeletion");
    assertThat(Collections.list(store.aliases())).containsExactly("imported", "mac");
    service.manager().cancelKeyDeletion("made");
    assertThat(store.containsAlias("made")).isTrue();
  }

  @Test
  void listsMoreThanAPage() throws Exception {
    for (int i = 0; i < 1001; i++) {
      service.manager().createKey("k%04d".formatted(i));
    }
    assertThat(store.size()).isEqualTo(1001);
  }

  @Test
  void refusesWhatItCannotKeep() throws Exception {
    store.setEntry("k", KmsKeySpec.named("k"), null);
    SecretKey raw = new SecretKeySpec(new byte[32], "AES");
    assertThatThrownBy(() -> store.setKeyEntry("k", raw, null, null))
        .as("material is never replaced")
        .isInstanceOf(KeyStoreException.class)
        .hasCauseInstanceOf(KmsException.class)
        .hasMessageContaining("exists already");
    store.setKeyEntry("k", provider.key("k"), null, null);
    assertThatThrownBy(() -> store.setKeyEntry("l", provider.key("k"), null, null))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("\"l\" is not the key's id \"k\"");
    assertThatThrownBy(() -> store.setEntry("l", KmsKeySpec.named("k"), null))
        .isInstanceOf(KeyStoreException.class);
    assertThatThrownBy(
            () -> store.setKeyEntry("short", new SecretKeySpec(new byte[31], "AES"), null, null))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("248 bits")
        .hasMessageContaining("128, 192 or 256 bits");
    assertThatThrownBy(() -> store.setCertificateEntry("c", null))
        .isInstanceOf(KeyStoreException.class);
    assertThatThrownBy(() -> store.deleteEntry("gone")).isInstanceOf(KeyStoreException.class);
    assertThat(store.getKey("gone", null)).isNull();
    assertThat(store.getKey("no/id at all", null)).isNull();
    assertThat(store.getCertificate("k")).isNull();
    assertThatThrownBy(() -> store.load(new ByteArrayInputStream(new byte[1]), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-keystore NONE");
    assertThatThrownBy(() -> store.store(new ByteArrayOutputStream(), null))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DES", "ChaCha20", "HmacSHA1", "HmacMD5", "RAW", "PBKDF2WithHmacSHA256"})
  void aKeyThatWouldBecomeAnotherIsRefusedByName(String algorithm) throws Exception {
    SecretKey other = new SecretKeySpec(new byte[32], algorithm);
    assertThatThrownBy(() -> store.setKeyEntry("other", other, null, null))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining(algorithm);
    assertThat(store.containsAlias("other")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes", "HMACSHA256", "HmacSHA384", "HmacSHA512"})
  void namesOfAlgorithmsAreTakenInAnyCase(String algorithm) throws Exception {
    store.setKeyEntry("key", new SecretKeySpec(new byte[32], algorithm), null, null);
    boolean mac = !algorithm.equals("aes");
    assertThat(((KmsKey) store.getKey("key", null)).usage())
        .isEqualTo(mac ? KeyUsage.SIGN_VERIFY : KeyUsage.ENCRYPT_DECRYPT);
  }

  @Test
  void anAliasReachesAnOldVersion() throws Exception {
    service.manager().createKey("orders");
    Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding", provider);
    sealing.init(Cipher.ENCRYPT_MODE, store.getKey("orders", null));
    byte[] message = sealing.doFinal(new byte[20]);
    service.manager().rotateKey("orders");
    Cipher opening = Cipher.getInstance("AES/GCM/NoPadding", provider);
    opening.init(Cipher.DECRYPT_MODE, store.getKey("orders", null), sealing.getParameters());
    assertThatThrownBy(() -> opening.doFinal(message))
        .isInstanceOf(AEADBadTagException.class)
        .hasMessageContaining("version 2 of key \"orders\"")
        .hasMessageContaining("orders@1");
    opening.init(Cipher.DECRYPT_MODE, store.getKey("orders@1", null), sealing.getParameters());
    assertThat(opening.doFinal(message)).isEqualTo(new byte[20]);
    assertThat(store.getKey("orders@2", null)).isEqualTo(store.getKey("orders", null));
    assertThat(store.getKey("orders@3", null)).isNull();
    assertThat(store.getKey("orders@0", null)).isNull();
    assertThat(Collections.list(store.aliases())).containsExactly("orders");
  }

  @Test
  void loadingReportsAServiceThatDoesNotRun() throws Exception {
    service.stop();
    assertThatThrownBy(() -> KeyStore.getInstance("Claviger", provider).load(null, null))
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(KmsException.class);
  }

  private static Path config(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("claviger.properties"),
        """
        backend_type=Local
        key_dir=%s
        master_key=correct horse battery staple
        allow_insecure_dev_defaults=true
        """
            .formatted(folder.resolve("keys")));
  }

  /** As an administrator would: the JDK's own tool over a key folder. */
  @Test
  void keytool(@TempDir Path folder) throws Exception {
    Path config = config(folder);
    String made =
        keytool(
            config,
            "-genseckey",
            "-alias",
            "fresh",
            "-keyalg",
            "AES",
            "-keysize",
            "256",
            "-keypass",
            "ignored");
    assertThat(made).as(made).doesNotContain("Exception");
    String listed = keytool(config, "-list");
    assertThat(listed)
        .contains("Keystore type: CLAVIGER")
        .contains("Your keystore contains 1 entry")
        .contains("fresh, ")
        .contains("SecretKeyEntry");
    assertThat(keytool(config, "-delete", "-alias", "fresh")).doesNotContain("Exception");
    assertThat(keytool(config, "-list")).contains("Your keystore contains 0 entries");
  }

  @ParameterizedTest
  @CsvSource({"AES, 128, 128", "AES, 192, 192", "HmacSHA512, 512, 512", "HmacSHA256, 1024, 1024"})
  void keytoolMakesKeysOfEverySize(String algorithm, String size, int bits, @TempDir Path folder)
      throws Exception {
    Path config = config(folder);
    String[] make = {"-genseckey", "-alias", "k", "-keyalg", algorithm, "-keysize", size};
    assertThat(keytool(config, make)).doesNotContain("Exception");
    KmsServiceManager made = new KmsServiceManager();
    made.configure(KmsConfig.fromFile(config));
    made.start();
    try {
      assertThat(made.manager().describeKey("k").keyBits()).isEqualTo(bits);
    } finally {
      made.stop();
    }
  }

  private static String keytool(Path config, String... command) throws Exception {
    return ChildJvm.keytool(
        System.getProperty("java.home"),
        command,
        "-keystore",
        "NONE",
        "-storetype",
        "Claviger",
        "-storepass",
        "ignored",
        "-providerclass",
        ClavigerProvider.class.getName(),
        "-providerarg",
        config.toString());
  }

  @Test
  void aKeyOfAnotherServiceIsNoEntry() throws Exception {
    KmsServiceManager other = KmsServiceManager.running(MemoryBackend.create(), null);
    try {
      ClavigerProvider others = new ClavigerProvider("others", other);
      other.manager().createKey("k");
      KeyStore theirs = KeyStore.getInstance("Claviger", others);
      theirs.load(null, null);
      KeyStore.Entry entry = theirs.getEntry("k", null);
      for (boolean sameId : new boolean[] {false, true}) {
        if (sameId) {
          service.manager().createKey("k");
        }
        assertThatThrownBy(() -> store.setKeyEntry("k", others.key("k"), null, null))
            .isInstanceOf(KeyStoreException.class)
            .hasMessageContaining("is of another key service")
            .hasMessageContaining("Nothing was stored");
        assertThatThrownBy(() -> store.setEntry("k", entry, null))
            .isInstanceOf(KeyStoreException.class);
        assertThat(store.containsAlias("k")).isEqualTo(sameId);
      }
    } finally {
      other.stop();
    }
  }

  @Test
  void aKeyThatIsNoLongerTheEntryIsRefused() throws Exception {
    service.manager().createKey("k");
    KmsKey first = provider.key("k");
    ClavigerProvider second = new ClavigerProvider("second", service);
    store.setKeyEntry("k", second.key("k"), null, null); // the same service by another provider
    service.manager().rotateKey("k");
    assertThatThrownBy(() -> store.setKeyEntry("k", first, null, null))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("version 1 is not the current version, which is 2");
    store.setKeyEntry("k", provider.key("k"), null, null);
    store.deleteEntry("k");
    assertThatThrownBy(() -> store.setKeyEntry("k", first, null, null))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("no entry of this key store any more");
  }
}
