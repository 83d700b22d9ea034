package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.jca.KmsKeyIdSpec;
import io.claviger.jca.KmsKeySpec;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment;
import java.security.InvalidKeyException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MACs under keys that never leave a real Vault. */
class TransitMacIT {
  private static final byte[] MESSAGE = {3, 1, 4};

  @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.transit("orders");

  @ParameterizedTest
  @CsvSource({"HmacSHA256, sha2-256", "HmacSHA384, sha2-384", "HmacSHA512, sha2-512"})
  void vaultVerifiesWhatItMade(String algorithm, String hash) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(vault.service());
    KeyGenerator generator = KeyGenerator.getInstance(algorithm, provider);
    generator.init(KmsKeySpec.named("signing"));
    KmsKey key = (KmsKey) generator.generateKey();
    Mac mac = Mac.getInstance(algorithm, provider);
    mac.init(key);
    byte[] made = mac.doFinal(MESSAGE);
    assertThat(made).hasSize(key.bits() / 8);
    assertThat(valid("signing", hash, 1, made)).isTrue();
    made[0] ^= 1;
    assertThat(valid("signing", hash, 1, made)).isFalse();
  }

  private boolean valid(String key, String hash, int version, byte[] mac) {
    String text = "vault:v%d:%s".formatted(version, Base64.getEncoder().encodeToString(mac));
    return vault
        .mounts()
        .server()
        .admin()
        .write(
            vault.mounts().transit() + "/verify/" + key,
            Map.of(
                "input",
                Base64.getEncoder().encodeToString(MESSAGE),
                "algorithm",
                hash,
                "hmac",
                text))
        .path("data")
        .path("valid")
        .asBoolean();
  }

  @Test
  void anOldVersionSignsOnAndADisabledKeyDoesNot(KmsServiceManager service) throws Exception {
    KmsManager kms = service.manager();
    ClavigerProvider provider = new ClavigerProvider(service);
    kms.createKey(CreateKeyRequest.named("signing").withUsage(KeyUsage.SIGN_VERIFY));
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(provider.key("signing"));
    byte[] first = mac.doFinal(MESSAGE);
    kms.rotateKey("signing");
    mac.init(provider.key("signing"));
    assertThat(mac.doFinal(MESSAGE)).isNotEqualTo(first);
    SecretKeyFactory keys = SecretKeyFactory.getInstance("KMS", provider);
    mac.init(keys.generateSecret(new KmsKeyIdSpec("signing", 1)));
    assertThat(mac.doFinal(MESSAGE)).isEqualTo(first);
    kms.disableKey("signing");
    assertThatThrownBy(() -> mac.init(provider.key("signing")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("Disabled");
    assertThatThrownBy(() -> mac.init(provider.key("orders")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("EncryptDecrypt");
  }

  @Test
  void sizesThatTransitLacksAreRefusedByName(KmsServiceManager service) {
    KmsManager kms = service.manager();
    CreateKeyRequest aes = CreateKeyRequest.named("x").withBits(192);
    assertThatThrownBy(() -> kms.createKey(aes))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("192 bits")
        .hasMessageContaining("128 and 256 bits");
    CreateKeyRequest mac =
        CreateKeyRequest.named("x").withUsage(KeyUsage.SIGN_VERIFY).withBits(128);
    assertThatThrownBy(() -> kms.createKey(mac)).hasMessageContaining("256 to 4,096 bits");
  }
}
