package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.KmsConfig;
import io.claviger.config.StaticConfig;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SealedObject;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every service of the table with an opaque key, beside the JDK with the same raw key. */
class ServicesTest {
  private static final byte[] RAW =
      "0123456789abcdef0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private KmsServiceManager service;
  private ClavigerProvider provider;
  private KmsKey key;
  private KmsKey macKey;

  @BeforeEach
  void start() throws Exception {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    provider = new ClavigerProvider(service);
    key = imported("orders", KeyUsage.ENCRYPT_DECRYPT);
    macKey = imported("mac", KeyUsage.SIGN_VERIFY);
  }

  @AfterEach
  void stop() {
    Security.removeProvider(ClavigerProvider.NAME);
    service.stop();
  }

  private KmsKey imported(String id, KeyUsage usage) throws Exception {
    try (KmsImportRawKeySpec spec = KmsImportRawKeySpec.importRawKey(id, RAW, usage)) {
      return (KmsKey) SecretKeyFactory.getInstance("KMS", provider).generateSecret(spec);
    }
  }

  @Test
  void docsNameEveryService() throws Exception {
    String docs = Files.readString(Path.of("../docs/jca.md"));
    for (Provider.Service each : provider.getServices()) {
      assertThat(docs).contains("`" + each.getAlgorithm() + "`");
      assertThat(each.newInstance(null)).isNotNull();
    }
    assertThat(provider.getServices()).hasSize(28);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AES/GCM/NoPadding",
        "AES_256/GCM/NoPadding",
        "2.16.840.1.101.3.4.1.46",
        "AES/KW/NoPadding",
        "AESWrap",
        "AES_256/KW/NoPadding",
        "AES/KWP/NoPadding",
        "AESWrapPad",
        "AES_256/KWP/NoPadding",
        "AES/CBC/PKCS5Padding",
        "AES/CTR/NoPadding"
      })
  void rawTransformationsAreTheJdks(String transformation) throws Exception {
    SecretKey raw = new SecretKeySpec(RAW, "AES");
    byte[] plain = new byte[48];
    Cipher ours = Cipher.getInstance(transformation, provider);
    ours.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = ours.doFinal(plain);
    Cipher theirs = Cipher.getInstance(transformation, "SunJCE");
    theirs.init(Cipher.DECRYPT_MODE, raw, ours.getParameters());
    assertThat(theirs.doFinal(sealed)).isEqualTo(plain);
    assertThat(ours.getBlockSize()).isEqualTo(theirs.getBlockSize());

    ours.init(Cipher.WRAP_MODE, key);
    byte[] wrapped = ours.wrap(new SecretKeySpec(plain, "AES"));
    theirs.init(Cipher.UNWRAP_MODE, raw, ours.getParameters());
    assertThat(theirs.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(plain);
    AlgorithmParameters parameters = ours.getParameters();
    ours.init(Cipher.UNWRAP_MODE, key, parameters);
    assertThat(ours.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(plain);

    assertThatThrownBy(() -> ours.init(Cipher.ENCRYPT_MODE, macKey))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("SignVerify")
        .hasMessageContaining("EncryptDecrypt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES", "AES/ECB/PKCS5Padding", "AES/ECB/NoPadding", "AES/CBC/NoPadding"})
  void thereIsNoBareAes(String transformation) {
    assertThatThrownBy(() -> Cipher.getInstance(transformation, provider))
        .isInstanceOf(NoSuchAlgorithmException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HmacSHA256", "HmacSHA384", "HmacSHA512"})
  void macs(String algorithm) throws Exception {
    Security.addProvider(provider);
    Mac ours = Mac.getInstance(algorithm);
    ours.init(macKey);
    assertThat(ours.getProvider()).isSameAs(provider);
    Mac theirs = Mac.getInstance(algorithm, "SunJCE");
    theirs.init(new SecretKeySpec(RAW, algorithm));
    ours.update((byte) 7);
    Mac copy = (Mac) ours.clone();
    theirs.update((byte) 7);
    assertThat(copy.doFinal(RAW)).isEqualTo(ours.doFinal(RAW)).isEqualTo(theirs.doFinal(RAW));
    assertThat(ours.getMacLength()).isEqualTo(theirs.getMacLength());
    ours.update(RAW);
    ours.reset();
    assertThat(ours.doFinal(RAW)).isEqualTo(theirs.doFinal(RAW));
    Mac named = Mac.getInstance(algorithm, provider);
    named.init(new SecretKeySpec(RAW, algorithm));
    assertThat(named.doFinal(RAW)).isEqualTo(theirs.doFinal(RAW));
    assertThatThrownBy(() -> named.init(key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("SignVerify is needed");
    macKey.destroy();
    assertThatThrownBy(() -> named.init(macKey))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("destroyed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"KMS", "KMSEnvelope"})
  void asymmetricKeysCanBeWrapped(String transformation) throws Exception {
    PrivateKey wanted = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.WRAP_MODE, key);
    byte[] wrapped = cipher.wrap(wanted);
    cipher.init(Cipher.UNWRAP_MODE, key);
    Key back = cipher.unwrap(wrapped, "EC", Cipher.PRIVATE_KEY);
    assertThat(back).isEqualTo(wanted);
    cipher.init(Cipher.UNWRAP_MODE, key);
    wrapped[wrapped.length - 1] ^= 1;
    assertThatThrownBy(() -> cipher.unwrap(wrapped, "EC", Cipher.PRIVATE_KEY))
        .isInstanceOf(InvalidKeyException.class);
    cipher.init(Cipher.WRAP_MODE, key);
    assertThatThrownBy(() -> cipher.wrap(key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("no encoding");
    assertThatThrownBy(() -> cipher.init(Cipher.WRAP_MODE, macKey))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("SignVerify");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AES/GCM/NoPadding",
        "AES/CBC/PKCS5Padding",
        "AES/CTR/NoPadding",
        "KMS",
        "KMSEnvelope"
      })
  void sealedObjectsOpenByProviderName(String transformation) throws Exception {
    Security.addProvider(provider);
    Cipher cipher = Cipher.getInstance(transformation, provider);
    if (transformation.startsWith("KMS")) {
      cipher.init(
          Cipher.ENCRYPT_MODE,
          key,
          new KmsParameterSpec(EncryptionContext.of(Map.of("tenant", "a"))));
    } else {
      cipher.init(Cipher.ENCRYPT_MODE, key);
    }
    Serializable content = "a letter";
    SealedObject sealed = new SealedObject(content, cipher);
    assertThat(sealed.getObject(key, ClavigerProvider.NAME)).isEqualTo(content);
    assertThat(sealed.getObject(key)).isEqualTo(content);
  }

  @Test
  void contextParametersHaveAnEncoding() throws Exception {
    EncryptionContext context = EncryptionContext.of(Map.of("b", "2", "a", "1"));
    AlgorithmParameters made = AlgorithmParameters.getInstance("KMS", provider);
    made.init(new KmsParameterSpec(context));
    AlgorithmParameters read = AlgorithmParameters.getInstance("KMS", provider);
    read.init(made.getEncoded());
    assertThat(read.getParameterSpec(KmsParameterSpec.class).context()).isEqualTo(context);
    assertThat(read.toString()).isEqualTo("EncryptionContext[a, b]");
    AlgorithmParameters other = AlgorithmParameters.getInstance("KMS", provider);
    assertThatThrownBy(() -> other.init(new byte[] {'{'})).isInstanceOf(java.io.IOException.class);
  }

  @Test
  void importedKeysAreThere() throws Exception {
    assertThat(service.manager().describeKey("orders").origin()).isEqualTo("IMPORTED");
    assertThatThrownBy(() -> imported("orders", KeyUsage.ENCRYPT_DECRYPT))
        .isInstanceOf(InvalidKeySpecException.class)
        .hasCauseInstanceOf(KmsException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void aBackendThatKeepsItsKeysIsNamedWithWhatWorks() throws Exception {
    KmsServiceManager closed = new KmsServiceManager();
    closed.configure(KmsConfig.of(new StaticConfig("s", SecretBytes.copyOf(RAW))));
    closed.start();
    ClavigerProvider kept = new ClavigerProvider("kept", closed);
    try {
      Security.addProvider(kept);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, kept.key("s")))
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining("Cipher \"KMS\"")
          .hasMessageContaining("\"KMSEnvelope\"");
      Cipher envelope = Cipher.getInstance("KMSEnvelope");
      envelope.init(Cipher.ENCRYPT_MODE, kept.key("s"));
      byte[] sealed = envelope.doFinal(RAW);
      envelope.init(Cipher.DECRYPT_MODE, kept.key("s"));
      assertThat(envelope.doFinal(sealed)).isEqualTo(RAW);
    } finally {
      Security.removeProvider("Claviger-kept");
      closed.stop();
    }
  }

  /** Encrypting needs an enabled key at once; what is there stays readable. */
  @Test
  void disabledKeysOpenAndDoNotSeal() throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(RAW);
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(macKey);
    service.manager().disableKey("orders");
    service.manager().disableKey("mac");
    assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("Disabled");
    assertThatThrownBy(() -> mac.init(macKey)).isInstanceOf(InvalidKeyException.class);
    Cipher envelope = Cipher.getInstance("KMSEnvelope", provider);
    assertThatThrownBy(() -> envelope.init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class);
    Cipher back = Cipher.getInstance("AES/GCM/NoPadding", provider);
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(RAW);
    service.manager().enableKey("orders");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    service.stop();
    assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("does not run");
  }
}
