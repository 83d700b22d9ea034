package io.claviger.engine;

import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Program of {@link SlowEngineTest}. */
final class SlowEngine {
  private SlowEngine() {}

  public static void main(String[] args) {
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    for (int i = 0; i < 3; i++) {
      RawCiphers.boundCipher("AES/GCM/NoPadding");
      RawCiphers.boundCipher("AES/CTR/NoPadding");
    }
    System.out.println("done");
  }
}
