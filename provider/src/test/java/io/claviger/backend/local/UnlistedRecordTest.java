package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.ServiceSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A copy of the folder was put back over it, so that newer records are there than the manifest
 * names: nothing that would lose them is done until rebuild has taken them.
 */
class UnlistedRecordTest {
  private static final Instant LATER = Instant.now().plus(Duration.ofDays(99));

  /** Every change of a key. Its deletion is scheduled in the copy. */
  private enum Change {
    ROTATE(keys -> keys.rotateKey("a")),
    DISABLE(keys -> keys.disableKey("a")),
    ENABLE(keys -> keys.enableKey("a")),
    SCHEDULE(keys -> keys.deleteKey(DeleteKeyRequest.schedule("a"))),
    DELETE(keys -> keys.deleteKey(DeleteKeyRequest.immediate("a", "a"))),
    CANCEL(keys -> keys.cancelKeyDeletion(new CancelKeyDeletionRequest("a"))),
    DESTROY_IF_DUE(keys -> keys.destroyIfDue("a", LATER)),
    DESCRIBE(keys -> keys.updateDescription("a", "text")),
    TAG(keys -> keys.tagKey("a", Map.of("name", "value"))),
    UNTAG(keys -> keys.untagKey("a", Set.of("made")));

    final Consumer<KmsBackend> make;

    Change(Consumer<KmsBackend> make) {
      this.make = make;
    }

    boolean isOfPendingKey() {
      return this == CANCEL || this == DESTROY_IF_DUE;
    }
  }

  @TempDir Path temporary;
  private FolderFixture folder;
  private Path copy;
  private byte[] blob;
  private byte[] newer;

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    copy = temporary.resolve("copy");
  }

  /** Puts a copy back over the folder; after it was taken the key was changed once more. */
  private void putBack(boolean pending) throws IOException {
    try (KmsBackend keys = folder.backend()) {
      create(keys, "a", "b");
      keys.tagKey("a", Map.of("made", "before"));
      if (pending) {
        keys.deleteKey(DeleteKeyRequest.schedule("a"));
      }
      FolderFixture.copy(folder.path, copy);
      if (pending) {
        keys.cancelKeyDeletion(new CancelKeyDeletionRequest("a"));
      }
      keys.rotateKey("a");
      blob = encrypt(keys, "a");
      newer = Files.readAllBytes(folder.record("a"));
    }
    try (Stream<Path> files = Files.list(copy)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, folder.file(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void assertNewerIsThere() throws IOException {
    Set<String> contents = new HashSet<>();
    for (String file : folder.files()) {
      contents.add(Arrays.toString(Files.readAllBytes(folder.file(file))));
    }
    assertThat(contents).contains(Arrays.toString(newer));
  }

  private void assertRebuildTakesIt() {
    assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).states())
        .containsEntry("a", KeyState.ENABLED);
    try (KmsBackend fresh = folder.backend()) {
      assertOpens(fresh, "a", blob);
      fresh.rotateKey("a");
      assertOpens(fresh, "a", blob);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyChangeOfTheKeyIsRefusedUntilRebuild(Change change) throws IOException {
    putBack(change.isOfPendingKey());
    try (KmsBackend fresh = folder.backend()) {
      for (int i = 0; i < 2; i++) { // before a change sets the record aside, and after it
        assertThatThrownBy(() -> change.make.accept(fresh))
            .isInstanceOfSatisfying(
                KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
            .hasMessageContaining("key \"a\" was not changed")
            .hasMessageContaining("call LocalKeyFolder.rebuild(folder, passphrase)");
        create(fresh, "x" + i);
        fresh.rotateKey("b");
        assertNewerIsThere();
      }
    }
    assertRebuildTakesIt();
  }

  @Test
  void theSweeperDoesNotDestroyItAndSaysWhy() throws IOException {
    putBack(true);
    KmsServiceManager service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .clock(Clock.fixed(LATER, ZoneOffset.UTC))
                .sweepInterval(Duration.ZERO)
                .build());
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    service.configure(KmsConfig.builder(folder.config()).allowInsecureDevDefaults(true).build());
    service.start();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      assertThat(service.manager().destroyDueKeys()).isEmpty();
    } finally {
      System.setErr(before);
      service.stop();
    }
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("not carried out"))
        .singleElement()
        .asString()
        .contains("\"a\"", "call LocalKeyFolder.rebuild(folder, passphrase)");
    assertNewerIsThere();
    assertRebuildTakesIt();
  }

  /** Sealed again under a new root key, the older record would be the newest of the two. */
  @Test
  void aRotationOfTheRootLeavesItAsItIs() throws IOException {
    putBack(false);
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      assertThatThrownBy(operator::rotateRoot)
          .hasMessageContaining("[a]")
          .hasMessageContaining("LocalKeyFolder.rebuild(folder, passphrase)");
    }
    assertNewerIsThere();
    assertRebuildTakesIt();
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      operator.rotateRoot();
      assertOpens(operator.backend(BackendSettings.DEFAULT), "a", blob);
    }
  }

  /** Setting aside never writes over what was set aside before under the same name. */
  @Test
  void aFileThatWasSetAsideIsNotOverwritten() throws IOException {
    putBack(false);
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "x");
    }
    String aside = folder.files().stream().filter(f -> f.endsWith(".aside")).findFirst().orElse("");
    Files.write(folder.file(aside.replace(".aside", "")), new byte[9]);
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "y");
    }
    assertNewerIsThere();
    assertRebuildTakesIt();
  }

  /** What rebuild preferred another record to holds nothing back. */
  @Test
  void anOlderRecordThatIsSetAsideHoldsNothingBack() throws IOException {
    putBack(false);
    Path older = new FolderFixture(copy).record("a");
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "x");
      assertThat(folder.files())
          .contains(older.getFileName() + ".aside")
          .doesNotContain(older.getFileName().toString());
      fresh.rotateKey("a");
      assertThat(fresh.describeKey(new DescribeKeyRequest("a")).currentVersion()).isEqualTo(3);
      fresh.deleteKey(DeleteKeyRequest.immediate("a", "a"));
      assertThat(folder.files()).noneMatch(f -> f.startsWith(RecordName.startOf("a")));
    }
  }
}
