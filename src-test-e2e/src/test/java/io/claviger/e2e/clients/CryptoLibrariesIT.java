package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.Key;
import java.util.Properties;
import javax.crypto.Cipher;
import javax.crypto.SealedObject;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.crypto.cipher.CryptoCipherFactory;
import org.apache.commons.crypto.stream.CryptoInputStream;
import org.apache.commons.crypto.stream.CryptoOutputStream;
import org.bouncycastle.asn1.cms.KEKIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.KEKRecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKEKEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEKRecipientInfoGenerator;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.SymmetricKeyWrapper;
import org.jasypt.encryption.pbe.StandardPBEByteEncryptor;
import org.jasypt.exceptions.EncryptionInitializationException;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.encrypt.AesBytesEncryptor;
import org.springframework.security.crypto.keygen.KeyGenerators;

/** General libraries: those that take a key, and those that want its bytes. */
class CryptoLibrariesIT extends OpaqueKeys {
  private static final byte[] MESSAGE = {1, 2, 3};

  /** It asks for the block size before it has a key, so its own property names the provider. */
  @Test
  void commonsCryptoStreams() throws Exception {
    Properties jce = new Properties();
    jce.setProperty(
        CryptoCipherFactory.CLASSES_KEY, CryptoCipherFactory.CipherProvider.JCE.getClassName());
    jce.setProperty(CryptoCipherFactory.JCE_PROVIDER_KEY, "Claviger");
    IvParameterSpec iv = new IvParameterSpec(new byte[16]);
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (CryptoOutputStream out =
        new CryptoOutputStream("AES/CTR/NoPadding", jce, sealed, key, iv)) {
      out.write(MESSAGE);
    }
    assertThat(sealed.toByteArray()).isNotEqualTo(MESSAGE);
    try (CryptoInputStream in =
        new CryptoInputStream(
            "AES/CTR/NoPadding", jce, new ByteArrayInputStream(sealed.toByteArray()), key, iv)) {
      assertThat(in.readAllBytes()).isEqualTo(MESSAGE);
    }
  }

  @Test
  void sealedObjects() throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    SealedObject sealed = new SealedObject("a letter", cipher);
    assertThat(sealed.getObject(key)).isEqualTo("a letter");
    assertThat(sealed.getObject(key, "Claviger")).isEqualTo("a letter");
  }

  private static CMSEnvelopedData seal(RecipientInfoGenerator recipient) throws Exception {
    CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
    generator.addRecipientInfoGenerator(recipient);
    return generator.generate(
        new CMSProcessableByteArray(MESSAGE),
        new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).build());
  }

  /** Known not to work: BouncyCastle takes the algorithm from the length of the encoding. */
  @Test
  void bouncyCastleCmsDoesNotEncryptToAKeyWithoutEncoding() {
    assertThatThrownBy(() -> seal(new JceKEKRecipientInfoGenerator(new byte[] {1}, key)))
        .isInstanceOf(NullPointerException.class);
  }

  /** The way that works: a wrapper that names the algorithm itself. */
  private static final class KmsKeyWrapper extends SymmetricKeyWrapper {
    private final Key key;

    KmsKeyWrapper(Key key) {
      super(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_wrap));
      this.key = key;
    }

    @Override
    public byte[] generateWrappedKey(GenericKey contentKey) throws OperatorException {
      try {
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.WRAP_MODE, key);
        Object content = contentKey.getRepresentation();
        return cipher.wrap(
            content instanceof Key k ? k : new SecretKeySpec((byte[]) content, "AES"));
      } catch (java.security.GeneralSecurityException e) {
        throw new OperatorException(e.getMessage(), e);
      }
    }
  }

  @Test
  void bouncyCastleCmsThroughAWrapperAndBack() throws Exception {
    KEKIdentifier id = new KEKIdentifier(new byte[] {1}, null, null);
    CMSEnvelopedData sealed = seal(new KEKRecipientInfoGenerator(id, new KmsKeyWrapper(key)) {});
    RecipientInformation recipient = sealed.getRecipientInfos().iterator().next();
    assertThat(recipient.getContent(new JceKEKEnvelopedRecipient(key))).isEqualTo(MESSAGE);
  }

  /** Known not to work: Spring copies the encoding. Use a data key, or Cipher KMSEnvelope. */
  @Test
  void springDoesNotTakeAKeyWithoutEncoding() {
    assertThatThrownBy(
            () ->
                new AesBytesEncryptor(
                        key, KeyGenerators.secureRandom(16), AesBytesEncryptor.CipherAlgorithm.GCM)
                    .encrypt(MESSAGE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Known not to work: Jasypt knows passwords only. */
  @Test
  void jasyptKnowsPasswordsOnly() {
    StandardPBEByteEncryptor encryptor = new StandardPBEByteEncryptor();
    encryptor.setProvider(provider);
    encryptor.setAlgorithm("AES/GCM/NoPadding");
    encryptor.setPassword("orders");
    assertThatThrownBy(() -> encryptor.encrypt(MESSAGE))
        .isInstanceOf(EncryptionInitializationException.class);
  }
}
