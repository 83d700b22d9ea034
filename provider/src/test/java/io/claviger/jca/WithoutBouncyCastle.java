package io.claviger.jca;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import javax.crypto.Cipher;

/** Program of {@link WithoutBouncyCastleTest}. */
final class WithoutBouncyCastle {
  private WithoutBouncyCastle() {}

  private static KmsServiceManager started(Path folder) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(
        KmsConfig.builder(LocalConfig.of(folder, "a long passphrase, made at random"))
            .allowInsecureDevDefaults(true)
            .build());
    service.start();
    return service;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    KmsServiceManager service = started(folder);
    ClavigerProvider provider = new ClavigerProvider(service);
    service.manager().createKey("orders");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, provider.key("orders"));
    byte[] sealed = cipher.doFinal(new byte[5]);
    cipher.init(Cipher.DECRYPT_MODE, provider.key("orders"), cipher.getParameters());
    if (cipher.doFinal(sealed).length == 5) {
      System.out.println("sealed and opened");
    }
    KmsEnvelope envelope = KmsEnvelope.under(provider.key("orders"));
    byte[] message = envelope.seal(new byte[7]);
    service.stop();
    KmsServiceManager again = started(folder);
    KmsEnvelope reopened = KmsEnvelope.under(new ClavigerProvider(again).key("orders"));
    if (reopened.open(message).length == 7) {
      System.out.println("opened again");
    }
    again.stop();
    System.exit(0); // threads of a backend may still be ending
  }
}
