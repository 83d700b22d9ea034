package io.claviger.child;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKeySpec;
import java.security.Provider;
import java.security.Security;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;

/** Runs in a JVM of its own, of its own package, with a provider that it did not register. */
public final class Program {
  private Program() {}

  /** Makes a key and uses it through plain JCA calls. */
  public static void main(String[] args) throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(KmsKeySpec.named("k"));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, generator.generateKey());
    Provider[] all = Security.getProviders();
    System.out.println(
        "served by %s, last is %s, %d bytes, named module %s"
            .formatted(
                cipher.getProvider().getName(),
                all[all.length - 1].getName(),
                cipher.doFinal(new byte[4]).length,
                ClavigerProvider.class.getModule().isNamed()));
    System.out.println(((ClavigerProvider) cipher.getProvider()).selfCheck());
  }
}
