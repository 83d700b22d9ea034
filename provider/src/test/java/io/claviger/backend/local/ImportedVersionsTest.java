package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.BackendSettings;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle and a folder that have the same key, of different days. */
class ImportedVersionsTest {
  @TempDir Path temporary;
  private final List<byte[]> blobs = new ArrayList<>();

  private LocalKeyFolder open(String name) {
    return LocalKeyFolder.open(new FolderFixture(temporary.resolve(name)).make().config());
  }

  private Path export(LocalKeyFolder keys, String name) {
    Path bundle = temporary.resolve(name);
    keys.exportTo(bundle, secret("s"));
    return bundle;
  }

  private void seal(KmsBackend keys) {
    blobs.add(encrypt(keys, "k"));
  }

  private void assertAllOpen(KmsBackend keys) {
    blobs.forEach(blob -> assertOpens(keys, "k", blob));
  }

  @Test
  void theLongerLineOfVersionsWins() {
    try (LocalKeyFolder first = open("first");
        LocalKeyFolder second = open("second");
        KmsBackend one = first.backend(BackendSettings.DEFAULT);
        KmsBackend two = second.backend(BackendSettings.DEFAULT)) {
      create(one, "k");
      seal(one);
      Path old = export(first, "old");
      one.rotateKey("k");
      seal(one);
      one.rotateKey("k");
      seal(one);
      Path young = export(first, "young");
      assertThat(first.importFrom(old, secret("s")).alreadyThere()).containsExactly("k");
      assertThat(second.importFrom(old, secret("s")).imported()).containsExactly("k");
      two.tagKey("k", Map.of("mine", "kept"));
      two.disableKey("k");
      assertThat(second.importFrom(young, secret("s")).imported()).containsExactly("k");
      KeyMetadata now = two.describeKey(new DescribeKeyRequest("k"));
      assertThat(now.currentVersion()).isEqualTo(3);
      assertThat(now.rotatedAt()).isNotNull();
      assertThat(now.tags()).isEqualTo(Map.of("mine", "kept"));
      assertThat(now.state()).isEqualTo(KeyState.DISABLED);
      assertAllOpen(two);
      assertThat(second.importFrom(young, secret("s")).alreadyThere()).containsExactly("k");
    }
  }

  @Test
  void linesThatWentApartAreSaidToBe() {
    try (LocalKeyFolder first = open("first");
        LocalKeyFolder second = open("second");
        KmsBackend one = first.backend(BackendSettings.DEFAULT);
        KmsBackend two = second.backend(BackendSettings.DEFAULT)) {
      create(one, "k", "other");
      second.importFrom(export(first, "both"), secret("s"));
      one.rotateKey("k");
      two.rotateKey("k");
      seal(two);
      LocalKeyFolder.Report report = second.importFrom(export(first, "apart"), secret("s"));
      assertThat(report.alreadyThere()).containsExactly("other");
      assertThat(report.refusals().get("k")).contains("this key too", "rotated apart");
      assertAllOpen(two);
    }
  }

  @Test
  void anotherKeyOfTheSameNameIsAnother() {
    try (LocalKeyFolder first = open("first");
        LocalKeyFolder second = open("second");
        KmsBackend one = first.backend(BackendSettings.DEFAULT);
        KmsBackend two = second.backend(BackendSettings.DEFAULT)) {
      create(one, "k");
      create(two, "k");
      assertThat(second.importFrom(export(first, "b"), secret("s")).refusals().get("k"))
          .contains("another key of this id");
    }
  }
}
