package io.claviger.examples;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKeySpec;
import io.claviger.service.KmsServiceManager;
import java.security.KeyStore;
import java.util.Collections;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The keys of a key management service through {@link KeyStore}: made, imported, used, deleted. */
public final class KeyStoreTour {
  private KeyStoreTour() {}

  /** Runs the example over a memory backend; takes no arguments. */
  public static void main(String[] args) throws Exception {
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), null);
    ClavigerProvider provider = new ClavigerProvider(kms);
    KeyStore store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);

    store.setEntry("orders", KmsKeySpec.named("orders").withDescription("made here"), null);
    SecretKey ofAnother = new SecretKeySpec(new byte[32], "HmacSHA256");
    store.setKeyEntry("signing", ofAnother, null, null); // imports its bytes
    for (String alias : Collections.list(store.aliases())) {
      System.out.println(
          alias + ", " + store.getCreationDate(alias) + ", " + store.getKey(alias, null));
    }

    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, store.getKey("orders", null));
    System.out.println("sealed " + cipher.doFinal(new byte[100]).length + " bytes");
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(store.getKey("signing", null));
    System.out.println("signed " + mac.doFinal(new byte[100]).length + " bytes");

    store.deleteEntry("orders");
    System.out.println(
        "orders is an entry: "
            + store.containsAlias("orders")
            + ", destroyed at "
            + kms.manager().describeKey("orders").deletionDate());
    kms.manager().cancelKeyDeletion("orders");
    System.out.println("orders is an entry: " + store.containsAlias("orders"));
    kms.stop();
  }
}
