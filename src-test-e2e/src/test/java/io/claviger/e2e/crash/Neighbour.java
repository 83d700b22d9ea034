package io.claviger.e2e.crash;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Uses a key folder while others change it and are killed, until a byte of input comes or the test
 * that started it is gone, and reports every error. Arguments: folder, passphrase, {@code lists} or
 * {@code generates}.
 */
final class Neighbour {
  private static final ListKeysRequest ALL = new ListKeysRequest(1000, null, null, null);

  private static final long PAUSE_NANOS = 10_000_000;

  private final KmsBackend keys;
  private final boolean lists;
  private long calls;

  private Neighbour(String[] args) {
    this.keys =
        LocalKeyFolder.open(LocalConfig.of(Path.of(args[0]), args[1]))
            .backend(BackendSettings.DEFAULT);
    this.lists = args[2].equals("lists");
  }

  public static void main(String[] args) throws IOException {
    Neighbour neighbour = new Neighbour(args);
    System.out.println("OPEN");
    ProcessHandle test = ProcessHandle.current().parent().orElseThrow();
    while (System.in.available() == 0 && test.isAlive()) {
      neighbour.round();
      LockSupport.parkNanos(PAUSE_NANOS); // the killed ones need the processors too
    }
    System.out.println("END " + neighbour.calls);
  }

  private void round() {
    try {
      ListKeysResult page = keys.listKeys(ALL);
      if (!page.damagedKeyIds().isEmpty()) {
        System.out.println("ERROR damaged: " + page.damagedKeyIds());
      }
      keys.healthCheck();
      calls++;
      for (KeyMetadata key : page.keys()) {
        use(key.keyId());
      }
    } catch (KmsException e) {
      System.out.println("ERROR " + e.kind() + " " + e.getMessage());
    }
  }

  private void use(String id) {
    try {
      if (lists) {
        keys.describeKey(new DescribeKeyRequest(id));
      } else {
        keys.generateDataKey(GenerateDataKeyRequest.of(id, EncryptionContext.empty())).close();
      }
      calls++;
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.KEY_NOT_FOUND) { // destroyed meanwhile
        throw e;
      }
    }
  }
}
