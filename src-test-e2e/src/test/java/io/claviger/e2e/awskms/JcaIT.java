package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.jca.KmsKeySpec;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.ProviderException;
import java.util.Collections;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;

/** The provider with keys that never leave LocalStack's KMS. */
class JcaIT {
  private static final byte[] MESSAGE = {3, 1, 4};

  private final String account = KmsServer.freshAccount();
  private KmsServiceManager service;
  private ClavigerProvider provider;

  @BeforeEach
  void start() {
    service = Services.running(KmsServer.LOCALSTACK.configOf(account));
    service.manager().createKey("orders");
    provider = new ClavigerProvider(service);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"KMS", "KMSEnvelope"})
  void whatKmsDoesItselfWorks(String transformation) throws Exception {
    KmsKey key = provider.key("orders");
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(MESSAGE);
    Cipher back = Cipher.getInstance(transformation, provider);
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(MESSAGE);
    cipher.init(Cipher.WRAP_MODE, key);
    byte[] wrapped = cipher.wrap(new SecretKeySpec(new byte[32], "AES"));
    back.init(Cipher.UNWRAP_MODE, key, cipher.getParameters());
    assertThat(back.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES/GCM/NoPadding", "AES/CTR/NoPadding", "AESWrap"})
  void rawCiphersSayWhatToUseInstead(String raw) {
    KmsKey key = provider.key("orders");
    assertThatThrownBy(() -> Cipher.getInstance(raw, provider).init(Cipher.ENCRYPT_MODE, key))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("\"KMSEnvelope\"");
  }

  @Test
  void aliasesOfTheKeyStoreAreArnsAndNamesFindThemToo() throws Exception {
    KeyStore store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);
    String arn = service.manager().describeKey("orders").keyId();
    assertThat(Collections.list(store.aliases())).containsExactly(arn);
    assertThat(store.getKey(arn, null)).isEqualTo(provider.key("orders"));
    assertThat(store.getKey("orders", null)).isEqualTo(provider.key(arn));
  }

  /** Who has a MAC and the right {@code kms:VerifyMac} needs nothing of Claviger. */
  @ParameterizedTest
  @CsvSource({"HmacSHA256, HMAC_SHA_256", "HmacSHA384, HMAC_SHA_384", "HmacSHA512, HMAC_SHA_512"})
  void kmsVerifiesTheMacsThatItMade(String algorithm, String name) throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance(algorithm, provider);
    generator.init(KmsKeySpec.named("signing"));
    KmsKey key = (KmsKey) generator.generateKey();
    Mac mac = Mac.getInstance(algorithm, provider);
    mac.init(key);
    byte[] made = mac.doFinal(MESSAGE);
    assertThat(made).hasSize(key.bits() / 8);
    try (KmsClient client =
        KmsClient.builder()
            .region(Region.of(KmsServer.REGION))
            .endpointOverride(KmsServer.LOCALSTACK.http())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "s")))
            .build()) {
      assertThat(verify(client, key.keyId(), name, made)).isTrue();
      made[0] ^= 1;
      assertThatThrownBy(() -> verify(client, key.keyId(), name, made))
          .isInstanceOf(KmsInvalidMacException.class);
    }
  }

  private static boolean verify(KmsClient client, String keyId, String algorithm, byte[] mac) {
    return client
        .verifyMac(
            b ->
                b.keyId(keyId)
                    .macAlgorithm(algorithm)
                    .message(SdkBytes.fromByteArray(MESSAGE))
                    .mac(SdkBytes.fromByteArray(mac)))
        .macValid();
  }

  @Test
  void macsThatAwsDoesNotMakeAreRefusedByName() throws Exception {
    KmsManager kms = service.manager();
    kms.createKey(CreateKeyRequest.named("signing").withUsage(KeyUsage.SIGN_VERIFY));
    Mac longer = Mac.getInstance("HmacSHA512", provider);
    longer.init(provider.key("signing"));
    longer.update(MESSAGE);
    assertThatThrownBy(longer::doFinal)
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("HMAC_512");
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(provider.key("signing"));
    mac.update(new byte[4096]);
    assertThat(mac.doFinal()).hasSize(32);
    for (int bytes : new int[] {0, 4097}) {
      mac.update(new byte[bytes]);
      assertThatThrownBy(mac::doFinal)
          .isInstanceOf(ProviderException.class)
          .hasMessageContaining(bytes + " bytes")
          .hasMessageContaining("1 to 4096");
    }
    kms.disableKey("signing");
    assertThatThrownBy(() -> mac.init(provider.key("signing")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("Disabled");
  }
}
