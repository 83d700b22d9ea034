package io.claviger.jca;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.concurrent.ExecutionException;
import javax.crypto.Cipher;
import javax.crypto.Mac;

/** What an application does between its start and its stop. */
public final class LetGoUse implements Runnable {
  public LetGoUse() {}

  @Override
  public void run() {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), "orders");
    ClavigerProvider provider = new ClavigerProvider(service);
    Security.addProvider(provider);
    try {
      service.manager().createKey("orders");
      service.manager().async().describeKey("orders").toCompletableFuture().get();
      for (String transformation : new String[] {"AES/GCM/NoPadding", "KMS", "KMSEnvelope"}) {
        Cipher cipher = Cipher.getInstance(transformation);
        cipher.init(Cipher.ENCRYPT_MODE, provider.key("orders"));
        cipher.doFinal(new byte[100]);
      }
      Mac mac = Mac.getInstance("HmacSHA256", provider);
      mac.init(ImportedKeys.key(provider, new byte[32], KeyUsage.SIGN_VERIFY));
      mac.doFinal(new byte[3]);
    } catch (GeneralSecurityException | InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      Security.removeProvider(ClavigerProvider.NAME);
      service.stop();
    }
  }
}
