package io.claviger.examples;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKeySpec;
import io.claviger.service.KmsServiceManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;

/** Three lines that encrypt with a key of a key folder, and the check that the provider is on. */
public final class JcaLocalKey {
  private JcaLocalKey() {}

  /**
   * Runs the example.
   *
   * @param args a key folder, made when missing; without it a temporary one. The passphrase is in
   *     the environment variable {@code CLAVIGER_MASTER_KEY}, else it is {@code example}
   */
  public static void main(String[] args) throws Exception {
    Path folder =
        args.length == 0 ? Files.createTempDirectory("claviger").resolve("keys") : Path.of(args[0]);
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(
        KmsConfig.builder(LocalConfig.of(folder.toAbsolutePath(), passphrase()))
            .allowInsecureDevDefaults(args.length == 0) // a key folder in the temporary folder
            .build());
    kms.start();
    ClavigerProvider provider = new ClavigerProvider(kms);
    Security.addProvider(provider); // last in the list
    System.out.println(provider.selfCheck());

    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(KmsKeySpec.named("letters-" + System.currentTimeMillis()));
    SecretKey key = generator.generateKey();
    System.out.println(key + " has an encoding: " + (key.getEncoded() != null));

    // the three lines
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal("a letter".getBytes(StandardCharsets.UTF_8));

    System.out.println(
        "sealed by " + cipher.getProvider().getName() + ": " + HexFormat.of().formatHex(sealed));
    Cipher back = Cipher.getInstance("AES/GCM/NoPadding");
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    System.out.println("opened: " + new String(back.doFinal(sealed), StandardCharsets.UTF_8));
    Security.removeProvider(provider.getName());
    kms.stop();
  }

  static String passphrase() {
    String set = System.getenv("CLAVIGER_MASTER_KEY");
    return set == null ? "example" : set;
  }
}
