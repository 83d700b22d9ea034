package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.testkit.LocalKmsTestEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.ProviderException;
import java.util.Collections;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of every size in a key folder: made, imported, listed and used. */
class KeySizesTest {
  @RegisterExtension final LocalKmsTestEnvironment kms = LocalKmsTestEnvironment.withKeys();

  private ClavigerProvider provider;

  @BeforeEach
  void provider() {
    provider = new ClavigerProvider(kms.service());
  }

  private KmsKey made(String generator, KmsKeySpec spec) throws Exception {
    KeyGenerator keys = KeyGenerator.getInstance(generator, provider);
    keys.init(spec);
    return (KmsKey) keys.generateKey();
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256})
  void aesKeysAreMadeAndUsed(int bits) throws Exception {
    KmsKey key = made("AES", KmsKeySpec.named("k").bits(bits));
    assertThat(key.bits()).isEqualTo(bits);
    assertThat(provider.key("k").bits()).isEqualTo(bits);
    for (String mode : new String[] {"GCM", "KW", "KWP"}) {
      String own = "AES_%d/%s/NoPadding".formatted(bits, mode);
      Cipher sealing = Cipher.getInstance(own, provider);
      sealing.init(Cipher.WRAP_MODE, key);
      byte[] wrapped = sealing.wrap(new SecretKeySpec(new byte[32], "AES"));
      Cipher opening = Cipher.getInstance("AES/" + mode + "/NoPadding", provider);
      opening.init(Cipher.UNWRAP_MODE, provider.key("k"), sealing.getParameters());
      assertThat(opening.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded())
          .isEqualTo(new byte[32]);
      Cipher other =
          Cipher.getInstance(
              "AES_%d/%s/NoPadding".formatted(bits == 128 ? 256 : 128, mode), provider);
      assertThatThrownBy(() -> other.init(Cipher.WRAP_MODE, key))
          .isInstanceOf(InvalidKeyException.class);
    }
    KmsEnvelope envelope = KmsEnvelope.under(key);
    assertThat(envelope.open(envelope.seal(new byte[] {1, 2}))).containsExactly(1, 2);
    kms.manager().rotateKey("k");
    assertThat(provider.key("k").bits()).isEqualTo(bits);
  }

  @ParameterizedTest
  @CsvSource({"HmacSHA256, 128", "HmacSHA384, 1000", "HmacSHA512, 512", "HmacSHA512, 8192"})
  void macKeysAreMadeAndUsed(String algorithm, int bits) throws Exception {
    KmsKey key = made(algorithm, KmsKeySpec.named("m").bits(bits));
    assertThat(key.bits()).isEqualTo(bits);
    assertThat(key.usage()).isEqualTo(KeyUsage.SIGN_VERIFY);
    Mac mac = Mac.getInstance(algorithm, provider);
    mac.init(key);
    byte[] made = mac.doFinal(new byte[9]);
    mac.init(provider.key("m"));
    assertThat(mac.doFinal(new byte[9])).isEqualTo(made);
  }

  @ParameterizedTest
  @CsvSource({"HmacSHA256, 256", "HmacSHA384, 384", "HmacSHA512, 512"})
  void aGeneratorOfMacKeysMakesThemAsLongAsTheMac(String algorithm, int bits) throws Exception {
    assertThat(made(algorithm, KmsKeySpec.named("m")).bits()).isEqualTo(bits);
  }

  @Test
  void lengthsThatNoKeyHasAreRefused() throws Exception {
    KmsKeySpec named = KmsKeySpec.named("k");
    for (int bits : new int[] {1, 120, 127, 129, 8193, 8200}) {
      assertThatThrownBy(() -> named.bits(bits)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> made("AES", named.bits(512)))
        .isInstanceOf(ProviderException.class)
        .hasCauseInstanceOf(KmsException.class)
        .hasMessageContaining("512 bits for EncryptDecrypt")
        .hasMessageContaining("128, 192 or 256");
  }

  @ParameterizedTest
  @CsvSource({
    "AES, 16",
    "AES, 24",
    "AES, 32",
    "HmacSHA256, 16",
    "HmacSHA384, 131",
    "HmacSHA512, 1024"
  })
  void keysOfEverySizeAreImportedAndListed(String algorithm, int bytes) throws Exception {
    KeyStore store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);
    byte[] raw = new byte[bytes];
    raw[bytes - 1] = 5;
    SecretKeySpec theirs = new SecretKeySpec(raw, algorithm);
    store.setKeyEntry("in", theirs, null, null);
    assertThat(Collections.list(store.aliases())).contains("in");
    KmsKey key = (KmsKey) store.getKey("in", null);
    assertThat(key.bits()).isEqualTo(8 * bytes);
    SecretKeyFactory factory = SecretKeyFactory.getInstance("KMS", provider);
    assertThat(((KmsKey) factory.generateSecret(new KmsKeyIdSpec("in"))).bits())
        .isEqualTo(8 * bytes);
    if (algorithm.equals("AES")) {
      Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding", provider);
      sealing.init(Cipher.ENCRYPT_MODE, key);
      Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
      byte[] sealed = sealing.doFinal(new byte[3]);
      jdk.init(Cipher.DECRYPT_MODE, theirs, sealing.getParameters());
      assertThat(jdk.doFinal(sealed)).hasSize(3);
    } else {
      Mac ours = Mac.getInstance(algorithm, provider);
      Mac jdk = Mac.getInstance(algorithm, "SunJCE");
      ours.init(key);
      jdk.init(theirs);
      assertThat(ours.doFinal(raw)).isEqualTo(jdk.doFinal(raw));
    }
    SecretKeySpec bad =
        new SecretKeySpec(new byte[algorithm.equals("AES") ? bytes + 1 : 1025], algorithm);
    assertThatThrownBy(() -> store.setKeyEntry("bad", bad, null, null))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining(8 * bad.getEncoded().length + " bits");
  }

  /** RFC 7518 section 3.2. */
  @Test
  void aMacKeyShorterThanItsMacIsWarnedOfOnce() throws Exception {
    KmsKey key = made("HmacSHA256", KmsKeySpec.named("short"));
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      for (String algorithm : new String[] {"HmacSHA256", "HmacSHA512", "HmacSHA512"}) {
        Mac mac = Mac.getInstance(algorithm, provider);
        mac.init(key);
      }
    } finally {
      System.setErr(before);
    }
    String said = log.toString(StandardCharsets.UTF_8);
    assertThat(said)
        .containsOnlyOnce("key \"short\" of 256 bits makes MACs of HmacSHA512")
        .contains("KmsKeySpec.named(id).bits(512)")
        .doesNotContain("MACs of HmacSHA256");
  }
}
