package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderTest {
  private static final String GCM = "AES/GCM/NoPadding";
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));

  private KmsServiceManager service;
  private ClavigerProvider provider;

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(MemoryBackend.create(), "orders");
    provider = new ClavigerProvider(service);
    service.manager().createKey("orders");
  }

  @AfterEach
  void stop() {
    Security.removeProvider(ClavigerProvider.NAME);
    service.stop();
  }

  @Test
  void theThreeLinesOfTheReadme() throws Exception {
    SecretKey key = provider.key("orders");
    Cipher cipher = Cipher.getInstance(GCM, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(new byte[100]);
    Cipher back = Cipher.getInstance(GCM, provider);
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(new byte[100]);
  }

  @Test
  void registeredLastOursServesOurKeysAndTheJdkAllOthers() throws Exception {
    Security.addProvider(provider);
    assertThat(whoServes(provider.key("orders"))).isEqualTo("Claviger");
    assertThat(whoServes(new SecretKeySpec(new byte[32], "AES"))).isEqualTo("SunJCE");
    SelfCheck check = provider.selfCheck();
    assertThat(check.place()).isEqualTo(check.providers());
    assertThat(check.isHealthy()).isTrue();
  }

  @Test
  void registeredFirstItDoesNoHarm() throws Exception {
    Security.insertProviderAt(provider, 1);
    assertThat(whoServes(new SecretKeySpec(new byte[32], "AES"))).isEqualTo("SunJCE");
    assertThat(whoServes(provider.key("orders"))).isEqualTo("Claviger");
  }

  private static String whoServes(SecretKey key) throws Exception {
    Cipher cipher = Cipher.getInstance(GCM);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    cipher.doFinal(new byte[1]);
    return cipher.getProvider().getName();
  }

  @Test
  void namedTheProviderTakesOrdinaryKeysToo() throws Exception {
    SecretKey raw = new SecretKeySpec(new byte[16], "AES");
    GCMParameterSpec spec = new GCMParameterSpec(128, new byte[12]);
    Cipher ours = Cipher.getInstance(GCM, provider);
    ours.init(Cipher.ENCRYPT_MODE, raw, spec);
    Cipher theirs = Cipher.getInstance(GCM, "SunJCE");
    theirs.init(Cipher.ENCRYPT_MODE, raw, spec);
    assertThat(ours.doFinal(new byte[33])).isEqualTo(theirs.doFinal(new byte[33]));
  }

  @Test
  void gcmKeepsTheJdksRules() throws Exception {
    SecretKey key = provider.key("orders");
    Cipher cipher = Cipher.getInstance(GCM, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    assertThat(cipher.getIV()).hasSize(12);
    assertThatThrownBy(() -> cipher.doFinal(new byte[8], 0, 8, new byte[10]))
        .isInstanceOf(ShortBufferException.class);
    byte[] sealed = cipher.doFinal(new byte[8]);
    GCMParameterSpec spec = new GCMParameterSpec(128, cipher.getIV());
    assertThatThrownBy(() -> cipher.doFinal(new byte[8])).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, key, spec))
        .isInstanceOf(java.security.InvalidAlgorithmParameterException.class);
    Cipher back = Cipher.getInstance(GCM, provider);
    assertThatThrownBy(() -> back.init(Cipher.DECRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class);
    back.init(Cipher.DECRYPT_MODE, key, spec);
    sealed[0] ^= 1;
    byte[] out = new byte[8];
    assertThatThrownBy(() -> back.doFinal(sealed, 0, sealed.length, out))
        .isInstanceOf(AEADBadTagException.class);
    assertThat(out).containsOnly(0);
    back.init(Cipher.DECRYPT_MODE, key, spec);
    assertThatThrownBy(() -> back.doFinal(new byte[15])).isInstanceOf(AEADBadTagException.class);
    sealed[0] ^= 1;
    back.init(Cipher.DECRYPT_MODE, key, spec);
    assertThat(back.doFinal(sealed)).hasSize(8);
  }

  @Test
  void dataKeysAreRawAndUnwrapFromTheirBlob() throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
    generator.init(KmsDataKeySpec.of("orders", CONTEXT));
    KmsDataKey key = (KmsDataKey) generator.generateKey();
    assertThat(key.getEncoded()).hasSize(32);
    Cipher unwrap = Cipher.getInstance("KMS", provider);
    unwrap.init(Cipher.UNWRAP_MODE, provider.key("orders"), new KmsParameterSpec(CONTEXT));
    Key again = unwrap.unwrap(key.wrapped(), "AES", Cipher.SECRET_KEY);
    assertThat(again.getEncoded()).isEqualTo(key.getEncoded());
    unwrap.init(Cipher.UNWRAP_MODE, provider.key("orders"));
    assertThatThrownBy(() -> unwrap.unwrap(key.wrapped(), "AES", Cipher.SECRET_KEY))
        .isInstanceOf(InvalidKeyException.class)
        .hasCauseInstanceOf(KmsException.class);
    key.destroy();
    assertThatThrownBy(key::getEncoded).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keyGeneratorMakesNamedAndPlainKeys() throws Exception {
    Security.addProvider(provider);
    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(KmsKeySpec.named("new").bits(256));
    assertThat(generator.generateKey()).isInstanceOf(KmsKey.class);
    assertThat(service.manager().describeKey("new").currentVersion()).isEqualTo(1);
    KeyGenerator plain = KeyGenerator.getInstance("AES", provider);
    plain.init(192);
    assertThat(plain.generateKey().getEncoded()).hasSize(24);
    generator.init(KmsKeySpec.named("new"));
    assertThatThrownBy(generator::generateKey)
        .isInstanceOf(ProviderException.class)
        .hasCauseInstanceOf(KmsException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void cipherKmsSealsSmallDataWithItsContext() throws Exception {
    Cipher cipher = Cipher.getInstance("KMS", provider);
    SecretKey key = provider.key("orders");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    cipher.updateAAD(CONTEXT.canonicalBytes());
    cipher.update(new byte[] {1, 2});
    byte[] blob = cipher.doFinal(new byte[] {3});
    cipher.init(Cipher.DECRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
    assertThat(cipher.doFinal(blob)).containsExactly(1, 2, 3);
    cipher.init(Cipher.DECRYPT_MODE, key);
    assertThatThrownBy(() -> cipher.doFinal(blob)).isInstanceOf(AEADBadTagException.class);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    assertThatThrownBy(() -> cipher.doFinal(new byte[3], 0, 3, new byte[4]))
        .isInstanceOf(ShortBufferException.class);
    assertThatThrownBy(
            () -> cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[16], "AES")))
        .isInstanceOf(InvalidKeyException.class);
  }

  @Test
  void cipherKmsKeepsNoMoreThanItCanUse() throws Exception {
    Cipher cipher = Cipher.getInstance("KMS", provider);
    SecretKey key = provider.key("orders");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    cipher.update(new byte[4000]);
    byte[] blob = cipher.doFinal(new byte[96]);
    cipher.update(new byte[4096]);
    for (int i = 0; i < 100_000; i++) {
      cipher.update(new byte[65_536]); // 6.5 GB
    }
    assertThatThrownBy(cipher::doFinal)
        .isInstanceOf(IllegalBlockSizeException.class)
        .hasMessageContaining("6553604096 bytes, Cipher KMS encrypts at most 4096")
        .hasMessageContaining("KMSEnvelope");
    assertThatThrownBy(() -> cipher.doFinal(new byte[4097], 0, 4097, new byte[9000], 0))
        .isInstanceOf(IllegalBlockSizeException.class);
    assertThatThrownBy(
            () -> cipher.doFinal(ByteBuffer.allocate(4097), ByteBuffer.allocateDirect(9000)))
        .isInstanceOf(IllegalBlockSizeException.class);
    byte[] again = cipher.doFinal(new byte[] {7});
    cipher.init(Cipher.DECRYPT_MODE, key);
    cipher.update(new byte[65_535]);
    assertThatThrownBy(() -> cipher.doFinal(new byte[1]))
        .isInstanceOf(AEADBadTagException.class)
        .hasMessageContaining("65536 bytes are no blob of Cipher KMS");
    assertThat(cipher.doFinal(again)).containsExactly(7);
    assertThat(cipher.doFinal(blob)).isEqualTo(new byte[4096]);
  }

  @Test
  void aKeyIsOpaqueAndBoundToItsProcess() throws Exception {
    SecretKey key =
        SecretKeyFactory.getInstance("KMS", provider).generateSecret(new KmsKeyIdSpec("orders"));
    assertThat(key).isEqualTo(provider.key("orders"));
    assertThat(key.getEncoded()).isNull();
    assertThat(key.getFormat()).isNull();
    assertThat(key.toString()).isEqualTo("KmsKey[orders v1]");
    assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
        .isInstanceOf(NotSerializableException.class);
    key.destroy();
    assertThatThrownBy(() -> Cipher.getInstance(GCM, provider).init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("destroyed");
  }

  @Test
  void macKeysRefuseCiphers() throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
    generator.init(KmsKeySpec.named("mac").withUsage(KeyUsage.SIGN_VERIFY));
    SecretKey key = generator.generateKey();
    assertThatThrownBy(() -> Cipher.getInstance(GCM, provider).init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("SignVerify");
  }

  @Test
  void aKeyOfAnotherVersionOpensWhatItSealed() throws Exception {
    SecretKey first = provider.key("orders");
    Cipher cipher = Cipher.getInstance(GCM, provider);
    cipher.init(Cipher.ENCRYPT_MODE, first);
    byte[] sealed = cipher.doFinal(new byte[5]);
    service.manager().rotateKey("orders");
    assertThat(provider.key("orders")).isNotEqualTo(first);
    Cipher back = Cipher.getInstance(GCM, provider);
    back.init(Cipher.DECRYPT_MODE, first, cipher.getParameters());
    assertThat(back.doFinal(sealed)).hasSize(5);
  }

  @Test
  void instancesStandBesideEachOther() {
    ClavigerProvider second = new ClavigerProvider("eu", service);
    assertThat(second.getName()).isEqualTo("Claviger-eu");
    assertThat(second.key("orders")).isNotEqualTo(provider.key("orders"));
    assertThat(Arrays.asList(provider.toString(), second.toString()).toString())
        .doesNotContain("***");
  }
}
