package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.clients.VaultKeys.Served;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.jca.KmsKeySpec;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment;
import java.security.KeyStore;
import java.security.Security;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The provider with keys that a real Vault keeps sealed and this process works with. */
class Kv2KeysIT {
  @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.kv2("orders");

  @Test
  void everyCipherWorks(KmsServiceManager service) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(service);
    KmsKey key = provider.key("orders");
    for (String transformation :
        new String[] {
          "KMS", "KMSEnvelope", "AES/GCM/NoPadding", "AES/CTR/NoPadding", "AESWrapPad"
        }) {
      VaultKeys.roundTrip(provider, key, transformation);
    }
    VaultKeys.aliases(provider);
  }

  /** Through the record in Vault, as another process reads it. */
  @ParameterizedTest
  @CsvSource({
    "AES, 16",
    "AES, 24",
    "AES, 32",
    "HmacSHA256, 16",
    "HmacSHA384, 131",
    "HmacSHA512, 1024"
  })
  void keysOfEverySizeServeAnotherProcess(String algorithm, int bytes) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(vault.service());
    byte[] raw = new byte[bytes];
    raw[bytes - 1] = 7;
    SecretKeySpec theirs = new SecretKeySpec(raw, algorithm);
    KeyStore store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);
    store.setKeyEntry("imported", theirs, null, null);
    KeyGenerator generator = KeyGenerator.getInstance(algorithm, provider);
    generator.init(KmsKeySpec.named("made").bits(8 * bytes));
    KmsKey made = (KmsKey) generator.generateKey();

    KmsServiceManager other = new KmsServiceManager();
    other.configure(vault.config());
    other.start();
    try {
      ClavigerProvider elsewhere = new ClavigerProvider(other);
      assertThat(elsewhere.key("imported").bits()).isEqualTo(8 * bytes);
      assertThat(elsewhere.key("made").bits()).isEqualTo(8 * bytes);
      Served imported = new Served(elsewhere.key("imported"), elsewhere);
      Served found = new Served(elsewhere.key("made"), elsewhere);
      Served raws = new Served(theirs, Security.getProvider("SunJCE"));
      Served original = new Served(made, provider);
      if (algorithm.equals("AES")) {
        VaultKeys.opens(imported, raws);
        VaultKeys.opens(found, original);
      } else {
        byte[] mac = VaultKeys.mac(algorithm, imported);
        assertThat(mac).isEqualTo(VaultKeys.mac(algorithm, raws));
        assertThat(VaultKeys.mac(algorithm, found))
            .isEqualTo(VaultKeys.mac(algorithm, original))
            .isNotEqualTo(mac);
      }
    } finally {
      other.stop();
    }
  }
}
