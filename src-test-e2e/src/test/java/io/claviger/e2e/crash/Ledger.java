package io.claviger.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The changes that workers reported as done, and whether the folder has them. */
final class Ledger {
  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<String, List<String>> blobs = new HashMap<>();
  private final Set<String> unsure = new TreeSet<>();
  private final List<String> passphrases = new ArrayList<>();

  Ledger(String passphrase) {
    passphrases.add(passphrase);
  }

  String passphrase() {
    return passphrases.get(passphrases.size() - 1);
  }

  /** Takes in a line of a worker. */
  synchronized void hear(String line) {
    String[] parts = line.split(" ", 3);
    String id = parts[1];
    switch (parts[0]) {
      case "BEGIN-create", "BEGIN-rotate", "BEGIN-delete" -> unsure.add(id);
      case "DONE-create" -> {
        unsure.remove(id);
        versions.put(id, 1);
        blobs.computeIfAbsent(id, i -> new ArrayList<>()).add(parts[2]);
      }
      case "DONE-rotate" -> {
        unsure.remove(id);
        int colon = parts[2].indexOf(':');
        versions.put(id, Integer.parseInt(parts[2].substring(0, colon)));
        blobs.get(id).add(parts[2].substring(colon + 1));
      }
      case "DONE-delete" -> {
        unsure.remove(id);
        versions.remove(id);
        blobs.remove(id);
      }
      case "BEGIN-passphrase" -> passphrases.add(0, parts[2]);
      case "DONE-passphrase" -> {
        passphrases.clear();
        passphrases.add(parts[2]);
      }
      default ->
          assertThat(parts[0]).as(line).isIn("OPEN", "END", "SLOW", "BEGIN-root", "DONE-root");
    }
  }

  /** Opens the folder as the next process would and compares. */
  synchronized void check(Path folder) {
    try (LocalKeyFolder opened = open(folder)) {
      assertThat(opened.damagedKeyIds()).isEmpty();
      KmsBackend keys = opened.backend(BackendSettings.DEFAULT);
      versions.forEach((id, version) -> check(keys, id, version));
      for (String id : unsure) {
        settle(keys, id);
      }
      unsure.clear();
      keys.createKey(CreateKeyRequest.named("probe"));
      keys.rotateKey("probe");
      keys.deleteKey(DeleteKeyRequest.immediate("probe", "probe"));
    }
  }

  private LocalKeyFolder open(Path folder) {
    KmsException wrong = null;
    for (String passphrase : List.copyOf(passphrases)) {
      try {
        LocalKeyFolder opened = LocalKeyFolder.open(LocalConfig.of(folder, passphrase));
        passphrases.clear();
        passphrases.add(passphrase);
        return opened;
      } catch (KmsException e) {
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
        wrong = e;
      }
    }
    throw new AssertionError("neither the old nor the new passphrase opens the folder", wrong);
  }

  private void check(KmsBackend keys, String id, int version) {
    int found;
    try {
      found = keys.describeKey(new DescribeKeyRequest(id)).currentVersion();
    } catch (KmsException e) {
      boolean deletionCut = unsure.contains(id) && e.kind() == ErrorKind.KEY_NOT_FOUND;
      assertThat(deletionCut).as("%s: %s", id, e.getMessage()).isTrue();
      return;
    }
    assertThat(found)
        .as("versions of %s", id)
        .isBetween(version, unsure.contains(id) ? version + 1 : version);
    for (String blob : blobs.get(id)) {
      byte[] bytes = Base64.getDecoder().decode(blob);
      try (SecretBytes plain =
          keys.decrypt(new DecryptRequest(id, bytes, EncryptionContext.empty()))) {
        assertThat(new String(plain.toByteArray(), StandardCharsets.UTF_8)).isEqualTo(id);
      }
    }
  }

  /** A change that was cut off happened or did not; from now on it is known which. */
  private void settle(KmsBackend keys, String id) {
    try {
      int found = keys.describeKey(new DescribeKeyRequest(id)).currentVersion();
      versions.put(id, found);
      blobs.computeIfAbsent(id, i -> new ArrayList<>());
    } catch (KmsException e) {
      assertThat(e.kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND);
      versions.remove(id);
      blobs.remove(id);
    }
  }

  int keys() {
    return versions.size();
  }
}
