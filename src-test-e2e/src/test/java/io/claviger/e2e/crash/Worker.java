package io.claviger.e2e.crash;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/**
 * Changes a key folder at random until it is killed, has made as many as were asked for or one took
 * longer than its time-out, and says of each change when it begins and when it is done. Arguments:
 * folder, passphrase, prefix of its keys, seed, number of changes (0: no end), what it changes
 * besides keys.
 */
final class Worker {
  private static final int MOST_KEYS = 12;

  /** What a worker changes besides keys. */
  enum Also {
    NOTHING(10),
    ROOT(11),
    PASSPHRASE_AND_ROOT(12);

    private final int kinds;

    Also(int kinds) {
      this.kinds = kinds;
    }
  }

  private final LocalKeyFolder folder;
  private final KmsBackend keys;
  private final String prefix;
  private final Random random;
  private final Also also;
  private final List<String> own = new ArrayList<>();
  private int number;

  private Worker(String[] args) {
    this.folder = LocalKeyFolder.open(LocalConfig.of(Path.of(args[0]), args[1]));
    this.keys = folder.backend(BackendSettings.DEFAULT);
    this.prefix = args[2];
    this.random = new Random(Long.parseLong(args[3]));
    this.also = Also.valueOf(args[5]);
  }

  public static void main(String[] args) {
    Worker worker = new Worker(args);
    say("OPEN", "", "");
    int changes = Integer.parseInt(args[4]);
    try {
      for (int i = 0; changes == 0 || i < changes; i++) {
        worker.step();
      }
      say("END", "", "");
    } catch (KmsException e) {
      requireSlow(e);
      say("SLOW", "", ""); // whether the change was made is as open as behind a kill
    }
  }

  /** On a busy machine a change may take longer than its time-out, which says so. */
  private static void requireSlow(KmsException e) {
    if (e.kind() != ErrorKind.TIMED_OUT && !(e.getCause() instanceof TimeoutException)) {
      throw e;
    }
  }

  private static void say(String what, String id, String more) {
    System.out.println(what + " " + id + " " + more);
    System.out.flush();
  }

  private void step() {
    int kind = random.nextInt(also.kinds);
    if (own.isEmpty() || kind < 3 && own.size() < MOST_KEYS) {
      create();
    } else if (kind < 8) {
      rotate(own.get(random.nextInt(own.size())));
    } else if (kind < 10) {
      delete(own.remove(random.nextInt(own.size())));
    } else if (kind == 11) {
      String fresh = "passphrase-" + random.nextLong();
      say("BEGIN-passphrase", "-", fresh);
      folder.changePassphrase(SecretBytes.copyOf(fresh.getBytes(StandardCharsets.UTF_8)));
      say("DONE-passphrase", "-", fresh);
    } else {
      say("BEGIN-root", "-", "");
      folder.rotateRoot();
      say("DONE-root", "-", "");
    }
  }

  private void create() {
    String id = prefix + "-" + number++;
    say("BEGIN-create", id, "");
    keys.createKey(CreateKeyRequest.named(id));
    own.add(id);
    say("DONE-create", id, blob(id));
  }

  private void rotate(String id) {
    say("BEGIN-rotate", id, "");
    int version = keys.rotateKey(id).currentVersion();
    say("DONE-rotate", id, version + ":" + blob(id));
  }

  private void delete(String id) {
    say("BEGIN-delete", id, "");
    keys.deleteKey(DeleteKeyRequest.immediate(id, id));
    say("DONE-delete", id, "");
  }

  private String blob(String id) {
    try (SecretBytes plain = SecretBytes.copyOf(id.getBytes(StandardCharsets.UTF_8))) {
      return Base64.getEncoder()
          .encodeToString(
              keys.encrypt(new EncryptRequest(id, plain, EncryptionContext.empty()))
                  .ciphertextBlob());
    }
  }
}
