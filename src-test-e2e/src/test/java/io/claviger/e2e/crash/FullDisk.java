package io.claviger.e2e.crash;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A key folder on a disk that becomes full, then read-only. Runs on a small file system of its own,
 * which {@link FullDiskIT} mounts. Argument: its mount point. Says what it saw.
 */
final class FullDisk {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  private final Path disk;
  private final LocalConfig config;

  private FullDisk(Path disk) {
    this.disk = disk;
    this.config = LocalConfig.of(disk.resolve("keys"), "p");
  }

  public static void main(String[] args) throws Exception {
    new FullDisk(Path.of(args[0])).run();
  }

  private void run() throws IOException, InterruptedException {
    LocalKeyFolder folder = LocalKeyFolder.open(config);
    KmsBackend keys = folder.backend(BackendSettings.DEFAULT);
    keys.createKey(CreateKeyRequest.named("k"));
    byte[] blob;
    try (SecretBytes plain = SecretBytes.copyOf(new byte[] {7})) {
      blob = keys.encrypt(new EncryptRequest("k", plain, NONE)).ciphertextBlob();
    }
    fill();
    refused("full create", () -> keys.createKey(CreateKeyRequest.named("l")));
    refused("full rotate", () -> keys.rotateKey("k"));
    refused("full passphrase", () -> folder.changePassphrase(secret("q")));
    refused("full root", folder::rotateRoot);
    opens("full", keys, blob);
    Files.delete(disk.resolve("filler"));
    intact(blob);
    keys.rotateKey("k");
    keys.createKey(CreateKeyRequest.named("l"));
    opens("space again", keys, blob);

    mount("ro");
    refused("read-only create", () -> keys.createKey(CreateKeyRequest.named("m")));
    refused("read-only rotate", () -> keys.rotateKey("k"));
    opens("read-only", keys, blob);
    keys.healthCheck();
    intact(blob);
    mount("rw");
    intact(blob);
    keys.createKey(CreateKeyRequest.named("m"));
    System.out.println("END");
  }

  private void fill() throws IOException {
    byte[] block = new byte[512];
    try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      System.out.println("FULL");
    }
  }

  private void mount(String how) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("mount", "-o", "remount," + how, disk.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("mount -o remount," + how + " ended with " + code);
    }
  }

  /** What the next process sees. */
  private void intact(byte[] blob) {
    try (LocalKeyFolder fresh = LocalKeyFolder.open(config)) {
      if (!fresh.damagedKeyIds().isEmpty()) {
        throw new IllegalStateException("damaged: " + fresh.damagedKeyIds());
      }
      opens("reopened", fresh.backend(BackendSettings.DEFAULT), blob);
    }
  }

  private static void opens(String when, KmsBackend keys, byte[] blob) {
    try (SecretBytes plain = keys.decrypt(new DecryptRequest("k", blob, NONE))) {
      System.out.println("OPENS " + when + " " + plain.toByteArray()[0]);
    }
  }

  private static void refused(String what, Runnable change) {
    try {
      change.run();
      throw new IllegalStateException(what + " was not refused");
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.UNAVAILABLE) {
        throw e;
      }
      System.out.println("REFUSED " + what + ": " + e.getMessage());
    }
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }
}
