package io.claviger.jca;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.security.AlgorithmParameters;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import javax.crypto.spec.SecretKeySpec;

/** Program of {@link EngineRefusalsTest}. */
final class EngineRefusals {
  private EngineRefusals() {}

  /** An engine that refuses by unchecked exceptions, as some do: keys below 32 bytes. */
  static final class Strict extends Provider {
    private static final long serialVersionUID = 1L;

    Strict() {
      super("Strict", "1", "refuses");
      put("Mac.HmacSHA256", StrictMac.class.getName());
      put("Cipher.AES/KW/NoPadding", StrictWrap.class.getName());
    }
  }

  /** A MAC that refuses short keys. */
  public static final class StrictMac extends MacSpi {
    public StrictMac() {}

    @Override
    protected int engineGetMacLength() {
      return 32;
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec params) {
      if (key.getEncoded().length < 32) {
        throw new IllegalArgumentException("key too short");
      }
    }

    @Override
    protected void engineUpdate(byte input) {}

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {}

    @Override
    protected byte[] engineDoFinal() {
      return new byte[32];
    }

    @Override
    protected void engineReset() {}
  }

  /** A key wrap that takes every key and wraps none. */
  public static final class StrictWrap extends CipherSpi {
    public StrictWrap() {}

    @Override
    protected void engineSetMode(String mode) {}

    @Override
    protected void engineSetPadding(String padding) {}

    @Override
    protected int engineGetBlockSize() {
      return 8;
    }

    @Override
    protected int engineGetOutputSize(int inputLen) {
      return inputLen + 8;
    }

    @Override
    protected byte[] engineGetIV() {
      return new byte[0];
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      throw new UnsupportedOperationException("no parameters");
    }

    @Override
    protected void engineInit(int opmode, Key key, SecureRandom random) {}

    @Override
    protected void engineInit(
        int opmode, Key key, AlgorithmParameterSpec params, SecureRandom random) {}

    @Override
    protected void engineInit(
        int opmode, Key key, AlgorithmParameters params, SecureRandom random) {}

    @Override
    protected byte[] engineUpdate(byte[] input, int inputOffset, int inputLen) {
      return new byte[0];
    }

    @Override
    protected int engineUpdate(
        byte[] input, int inputOffset, int inputLen, byte[] output, int outputOffset) {
      return 0;
    }

    @Override
    protected byte[] engineDoFinal(byte[] input, int inputOffset, int inputLen) {
      throw new UnsupportedOperationException("device removed");
    }

    @Override
    protected int engineDoFinal(
        byte[] input, int inputOffset, int inputLen, byte[] output, int outputOffset) {
      throw new UnsupportedOperationException("device removed");
    }

    @Override
    protected byte[] engineWrap(Key key) {
      throw new UnsupportedOperationException("device removed");
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private static void say(String what, Step step) {
    try {
      step.run();
      System.out.println(what + ": nothing");
    } catch (Exception e) {
      System.out.println(what + ": " + e.getClass().getSimpleName());
    }
  }

  public static void main(String[] args) throws Exception {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
    ClavigerProvider provider = new ClavigerProvider(service);
    service.manager().createKey("orders");
    KmsKey aes = provider.key("orders");
    KmsKey longMac = ImportedKeys.key(provider, new byte[32], KeyUsage.SIGN_VERIFY);
    KmsKey shortMac = ImportedKeys.key(provider, new byte[16], KeyUsage.SIGN_VERIFY);

    Provider sun = Security.getProvider("SunJCE");
    Security.removeProvider("SunJCE");
    Cipher lacking = Cipher.getInstance("AES/KW/NoPadding", provider);
    say("wrap without an engine", () -> lacking.init(Cipher.WRAP_MODE, aes));
    Mac lackingMac = Mac.getInstance("HmacSHA384", provider);
    say("mac without an engine", () -> lackingMac.init(longMac));

    Security.insertProviderAt(new Strict(), 1);
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(longMac);
    say("mac with a refused key", () -> mac.init(shortMac));
    Cipher wrap = Cipher.getInstance("AES/KW/NoPadding", provider);
    wrap.init(Cipher.WRAP_MODE, aes);
    say("wrap that an engine refuses", () -> wrap.wrap(new SecretKeySpec(new byte[16], "AES")));
    Security.addProvider(sun);
    service.stop();
    System.out.println("done");
  }
}
