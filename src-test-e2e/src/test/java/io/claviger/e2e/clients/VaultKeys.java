package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Provider;
import java.util.Collections;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** What every kind of key of a Vault can do. */
final class VaultKeys {
  private VaultKeys() {}

  private static final byte[] LETTER = "a letter".getBytes(StandardCharsets.UTF_8);

  static void roundTrip(ClavigerProvider provider, KmsKey key, String transformation)
      throws Exception {
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(LETTER);
    Cipher back = Cipher.getInstance(transformation, provider);
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(LETTER);
    cipher.init(Cipher.WRAP_MODE, key);
    byte[] wrapped = cipher.wrap(new SecretKeySpec(new byte[32], "AES"));
    back.init(Cipher.UNWRAP_MODE, key, cipher.getParameters());
    assertThat(back.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).hasSize(32);
  }

  /** A key and the provider that works with it. */
  record Served(SecretKey key, Provider provider) {}

  /** What is sealed under the second key opens under the first. */
  static void opens(Served opening, Served sealing) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", sealing.provider());
    cipher.init(Cipher.ENCRYPT_MODE, sealing.key());
    byte[] sealed = cipher.doFinal(LETTER);
    Cipher back = Cipher.getInstance("AES/GCM/NoPadding", opening.provider());
    back.init(Cipher.DECRYPT_MODE, opening.key(), cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(LETTER);
  }

  static byte[] mac(String algorithm, Served served) throws Exception {
    Mac mac = Mac.getInstance(algorithm, served.provider());
    mac.init(served.key());
    return mac.doFinal(LETTER);
  }

  static void aliases(ClavigerProvider provider) throws Exception {
    KeyStore store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);
    assertThat(Collections.list(store.aliases())).contains("orders");
    assertThat(store.getKey("orders", null)).isEqualTo(provider.key("orders"));
  }
}
