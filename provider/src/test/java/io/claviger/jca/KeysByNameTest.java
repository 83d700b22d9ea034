package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidKeySpecException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generators by name, object identifiers, instances of one name, versions, and the wrong cipher's
 * bytes.
 */
class KeysByNameTest extends EnvelopeMessages {
  @AfterEach
  void unregister() {
    Security.removeProvider(ClavigerProvider.NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HmacSHA256", "HmacSHA384", "HmacSHA512"})
  void macKeysComeFromTheGeneratorOfTheirName(String algorithm) throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance(algorithm, provider);
    generator.init(KmsKeySpec.named("made-" + algorithm));
    SecretKey made = generator.generateKey();
    assertThat(((KmsKey) made).usage()).isEqualTo(KeyUsage.SIGN_VERIFY);
    Mac mac = Mac.getInstance(algorithm, provider);
    mac.init(made);
    assertThat(mac.doFinal(new byte[1])).hasSize(mac.getMacLength());
    KeyGenerator jdk = KeyGenerator.getInstance(algorithm, "SunJCE");
    KeyGenerator local = KeyGenerator.getInstance(algorithm, provider);
    assertThat(local.generateKey().getEncoded()).hasSameSizeAs(jdk.generateKey().getEncoded());
    for (int bits : new int[] {40, 41, 160}) {
      jdk.init(bits);
      local.init(bits);
      assertThat(local.generateKey().getEncoded()).hasSameSizeAs(jdk.generateKey().getEncoded());
    }
    assertThat(local.generateKey().getAlgorithm()).isEqualTo(algorithm);
    assertThatThrownBy(() -> local.init(39)).isInstanceOf(InvalidParameterException.class);
    KmsDataKeySpec dataKey = KmsDataKeySpec.of("orders", EncryptionContext.empty());
    assertThatThrownBy(() -> local.init(dataKey))
        .isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("KeyGenerator AES");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cipher 2.16.840.1.101.3.4.1.46",
        "Cipher 2.16.840.1.101.3.4.1.45",
        "Cipher 2.16.840.1.101.3.4.1.48",
        "Mac 1.2.840.113549.2.9",
        "Mac 1.2.840.113549.2.10",
        "Mac 1.2.840.113549.2.11",
        "KeyGenerator 1.2.840.113549.2.9",
        "KeyGenerator 1.2.840.113549.2.10",
        "KeyGenerator 1.2.840.113549.2.11"
      })
  void objectIdentifiersHaveBothSpellings(String typeAndOid) {
    String type = typeAndOid.substring(0, typeAndOid.indexOf(' '));
    String oid = typeAndOid.substring(type.length() + 1);
    Provider.Service service = provider.getService(type, oid);
    assertThat(service).isNotNull();
    assertThat(provider.getService(type, "OID." + oid)).isSameAs(service);
    Provider.Service jdk = Security.getProvider("SunJCE").getService(type, oid);
    assertThat(service.getAlgorithm()).isEqualTo(jdk.getAlgorithm());
  }

  @Test
  void aProviderIsNotSerialized() throws Exception {
    ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream());
    assertThatThrownBy(() -> out.writeObject(provider))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("belongs to its process");
  }

  @Test
  void aKeyOfASecondInstanceOfOneNameIsServedByItsOwn() throws Exception {
    Security.addProvider(provider);
    KmsServiceManager other = KmsServiceManager.running(MemoryBackend.create(), null);
    try {
      other.manager().createKey("theirs");
      ClavigerProvider second = new ClavigerProvider(other);
      assertThat(Security.addProvider(second)).isEqualTo(-1);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, second.key("theirs"));
      byte[] sealed = cipher.doFinal(new byte[3]);
      Cipher back = Cipher.getInstance("AES/GCM/NoPadding", second);
      back.init(Cipher.DECRYPT_MODE, second.key("theirs"), cipher.getParameters());
      assertThat(back.doFinal(sealed)).hasSize(3);
    } finally {
      other.stop();
    }
  }

  @Test
  void aVersionThatTheKeyNeverHadIsRefused() throws Exception {
    SecretKeyFactory factory = SecretKeyFactory.getInstance("KMS", provider);
    assertThatThrownBy(() -> factory.generateSecret(new KmsKeyIdSpec("orders", 2)))
        .isInstanceOf(InvalidKeySpecException.class)
        .hasMessageContaining("versions 1 to 1, no version 2");
  }

  /** docs/jca.md, Things to know. */
  @Test
  void askedBeforeInitTheJdkSettlesOnTheFirstProvider() throws Exception {
    Security.addProvider(provider);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    assertThat(cipher.getProvider().getName()).isEqualTo("SunJCE");
    assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class);
    Security.removeProvider(ClavigerProvider.NAME);
    Security.insertProviderAt(provider, 1);
    Cipher first = Cipher.getInstance("AES/GCM/NoPadding");
    assertThat(first.getProvider()).isSameAs(provider);
    first.init(Cipher.ENCRYPT_MODE, key);
    assertThat(first.doFinal(new byte[1])).hasSize(17);
    Security.removeProvider(ClavigerProvider.NAME);
    first.init(Cipher.ENCRYPT_MODE, key);
    assertThat(provider.serviceManager().manager().describeKey("orders")).isNotNull();
  }

  /**
   * docs/jca.md, Things to know: from JDK 25 on there is HKDF, which wants the bytes of the key.
   */
  @Test
  void hkdfOfTheJdkRefusesAnOpaqueKey() throws Exception {
    Security.addProvider(provider);
    boolean there = Runtime.version().feature() >= 25;
    assertThat(Security.getAlgorithms("KDF").contains("HKDF-SHA256")).isEqualTo(there);
    if (there) {
      Class<?> kdf = Class.forName("javax.crypto.KDF");
      Object hkdf = kdf.getMethod("getInstance", String.class).invoke(null, "HKDF-SHA256");
      Object extract =
          Class.forName("javax.crypto.spec.HKDFParameterSpec").getMethod("ofExtract").invoke(null);
      Class<?> builder = Class.forName("javax.crypto.spec.HKDFParameterSpec$Builder");
      builder.getMethod("addIKM", SecretKey.class).invoke(extract, key);
      Object spec = builder.getMethod("extractOnly").invoke(extract);
      assertThatThrownBy(
              () ->
                  kdf.getMethod("deriveKey", String.class, AlgorithmParameterSpec.class)
                      .invoke(hkdf, "AES", spec))
          .hasCauseInstanceOf(InvalidAlgorithmParameterException.class);
    }
  }
}
