package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks through the table of damage in docs/local-keys.md. */
class DamageTest {
  private static final Path DOC = Path.of("../docs/local-keys.md");
  private static final List<String> KEYS = List.of("a", "b", "c");

  /** What is done to the folder. */
  private interface Harm {
    void to(FolderFixture folder, Path yesterday, Path lastYear) throws IOException;
  }

  /**
   * Every damage of the table. Yesterday b and c had older records, last year there was another
   * root key.
   */
  private static final Map<String, Harm> HARMS = new HashMap<>();

  static {
    for (String file : List.of("manifest", "root copy", "record of a key")) {
      HARMS.put(file + " lost", (f, y, old) -> Files.delete(path(file, f)));
      HARMS.put(file + " emptied", (f, y, old) -> Files.write(path(file, f), new byte[0]));
      HARMS.put(file + " cut", (f, y, old) -> change(path(file, f), b -> Arrays.copyOf(b, 40)));
      HARMS.put(
          file + ", a bit flipped", (f, y, old) -> change(path(file, f), DamageTest::flipped));
    }
    HARMS.put("manifest and root copy swapped", (f, y, old) -> swap(f.manifest(), f.rootCopy()));
    HARMS.put("manifest replaced by yesterday's", (f, y, old) -> putBack(f.manifest(), y));
    HARMS.put("manifest replaced by last year's", (f, y, old) -> putBack(f.manifest(), old));
    HARMS.put(
        "manifest replaced by yesterday's, and a key created after it",
        (f, y, old) -> {
          putBack(f.manifest(), y);
          try (KmsBackend keys = f.backend()) {
            create(keys, "d");
          }
        });
    HARMS.put("root copy replaced by last year's", (f, y, old) -> putBack(f.rootCopy(), old));
    HARMS.put(
        "record of a key replaced by yesterday's",
        (f, y, old) -> {
          Path before = new FolderFixture(y).record("b");
          Files.write(f.record("b"), Files.readAllBytes(before));
        });
    HARMS.put("records of two keys swapped", (f, y, old) -> swap(f.record("b"), f.record("c")));
    HARMS.put("lock file lost", (f, y, old) -> Files.delete(f.file(KeyFolder.LOCK)));
    HARMS.put(
        "manifest and root copy lost",
        (f, y, old) -> {
          Files.delete(f.manifest());
          Files.delete(f.rootCopy());
        });
    HARMS.put(
        "manifest lost, root copy replaced by last year's",
        (f, y, old) -> {
          Files.delete(f.manifest());
          putBack(f.rootCopy(), old);
        });
  }

  private static Path path(String file, FolderFixture folder) {
    return switch (file) {
      case "manifest" -> folder.manifest();
      case "root copy" -> folder.rootCopy();
      default -> folder.record("b");
    };
  }

  private static byte[] flipped(byte[] content) {
    byte[] changed = content.clone();
    changed[content.length / 2] ^= 1;
    return changed;
  }

  private static void change(Path file, java.util.function.UnaryOperator<byte[]> how)
      throws IOException {
    Files.write(file, how.apply(Files.readAllBytes(file)));
  }

  private static void swap(Path one, Path other) throws IOException {
    byte[] content = Files.readAllBytes(one);
    Files.write(one, Files.readAllBytes(other));
    Files.write(other, content);
  }

  private static void putBack(Path file, Path yesterday) throws IOException {
    Files.write(file, Files.readAllBytes(yesterday.resolve(file.getFileName())));
  }

  /** A row: damage, how a fresh process starts, keys that work, what repairs it. */
  private record Row(String damage, String start, String keys, String repair) {}

  static Stream<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(DOC)) {
      if (line.startsWith("| damage | ")) {
        in = true;
      } else if (!line.startsWith("|")) {
        in = false;
      } else if (in && !line.startsWith("| --- ")) {
        String[] cells = line.split("\\s*\\|\\s*");
        rows.add(new Row(cells[1], cells[2], cells[3], cells[4]));
      }
    }
    return rows.stream();
  }

  @TempDir Path temporary;
  private FolderFixture folder;
  private Path lastYear;
  private Path yesterday;
  private Path today;
  private final Map<String, byte[]> blobs = new HashMap<>();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    yesterday = temporary.resolve("yesterday");
    today = temporary.resolve("today");
    OpenFolder opened = folder.open(new Disk());
    FileRecordStore store =
        new FileRecordStore(opened, FolderFixture.TIMEOUT, java.time.Duration.ZERO);
    KmsBackend keys = backend(store);
    create(keys, "a", "b", "c");
    lastYear = temporary.resolve("lastYear");
    FolderFixture.copy(folder.path, lastYear);
    new RootChanges(opened, store).rotateRoot();
    FolderFixture.copy(folder.path, yesterday);
    keys.rotateKey("b");
    keys.rotateKey("c");
    for (String id : KEYS) {
      blobs.put(id, encrypt(keys, id));
    }
    keys.close();
    FolderFixture.copy(folder.path, today);
  }

  @Test
  void theTableNamesEveryDamage() throws IOException {
    assertThat(rows().map(Row::damage)).containsExactlyInAnyOrderElementsOf(HARMS.keySet());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyRowIsTrue(Row row) throws IOException {
    KmsBackend running = folder.backend();
    KEYS.forEach(id -> assertOpens(running, id, blobs.get(id)));
    HARMS.get(row.damage()).to(folder, yesterday, lastYear);
    List<String> working = new ArrayList<>(List.of(row.keys().split(", ")));
    if (row.start().equals("starts")) {
      try (KmsBackend fresh = folder.backend()) {
        for (String id : KEYS) {
          assertThat(failure(fresh, id))
              .as(id)
              .isEqualTo(working.contains(id) ? null : ErrorKind.CORRUPT_RECORD);
        }
      }
    } else {
      assertThatThrownBy(folder::backend)
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat("`" + e.kind() + "`").isEqualTo(row.start()));
      assertThat(row.keys()).isEqualTo("none");
    }
    KEYS.forEach(id -> assertOpens(running, id, blobs.get(id)));
    assertNoRecordIsLost(row);
    repair(row.repair());
    try (KmsBackend fresh = folder.backend()) {
      KEYS.forEach(id -> assertOpens(fresh, id, blobs.get(id)));
      create(fresh, "after");
      fresh.rotateKey("b");
    }
    running.close();
  }

  /** Whatever was made of the folder, the content of every acknowledged record is still there. */
  private void assertNoRecordIsLost(Row row) throws IOException {
    if (row.damage().startsWith("record of a key")) {
      return; // that is the damage
    }
    TreeSet<String> contents = new TreeSet<>();
    for (String file : folder.files()) {
      contents.add(Arrays.toString(Files.readAllBytes(folder.file(file))));
    }
    for (Path record : new FolderFixture(today).records()) {
      assertThat(contents).contains(Arrays.toString(Files.readAllBytes(record)));
    }
  }

  private void repair(String how) throws IOException {
    switch (how) {
      case "the next change" -> {
        try (KmsBackend keys = folder.backend()) {
          create(keys, "next");
        }
        assertThat(Files.readAllBytes(folder.rootCopy()))
            .isEqualTo(Files.readAllBytes(today.resolve(KeyFolder.ROOT_COPY)));
      }
      case "`rebuild`" -> LocalKeyFolder.rebuild(folder.path, secret("p"));
      case "the file from a backup" -> {
        Path record = new FolderFixture(today).record("b");
        Files.write(folder.file(record.getFileName().toString()), Files.readAllBytes(record));
      }
      case "one of the two from a backup, then `rebuild`" -> {
        assertThatThrownBy(() -> LocalKeyFolder.rebuild(folder.path, secret("p")))
            .hasMessageContaining("nothing was changed");
        putBack(folder.rootCopy(), today);
        LocalKeyFolder.rebuild(folder.path, secret("p"));
      }
      default -> throw new AssertionError("unknown repair: " + how);
    }
  }

  /** The older manifest was put back, and changes were made after it by others. */
  /** Under a second key of that name nothing of the first would open. */
  /** A record set aside may be the only one under the root key that is being replaced. */
  @Test
  void aRebuildDuringARotationOfTheRootKeepsWhatWasSetAsideReadable() throws IOException {
    byte[] old = Files.readAllBytes(new FolderFixture(lastYear).record("a"));
    String aside = RecordName.fresh("a", 2).asideName();
    FolderFixture.copy(lastYear, folder.path);
    OpenFolder opened = folder.open(new Disk());
    FileRecordStore store =
        new FileRecordStore(opened, FolderFixture.TIMEOUT, java.time.Duration.ZERO);
    RootKeys both = new RootKeys(Root.fresh(), opened.state().roots().current());
    store.change(
        draft -> {
          byte[] json = RootFile.encode(both, new byte[] {'p'}, 99);
          draft.setRoot(new Draft.NewRoot(both, json));
          KEYS.forEach(id -> draft.find(id).ifPresent(draft::put));
          return true;
        });
    store.close();
    Files.write(folder.file(aside), old);
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    LocalKeyFolder.Rebuilt again = LocalKeyFolder.rebuild(folder.path, secret("p"));
    assertThat(again.setAside()).containsExactly(aside);
    assertThat(again.keyIds()).containsExactlyElementsOf(KEYS);
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      operator.rotateRoot();
      assertThat(operator.damagedKeyIds()).isEmpty();
    }
  }

  @Test
  void everyChangedByteOfTheManifestIsNoticed() throws IOException {
    byte[] manifest = Files.readAllBytes(folder.manifest());
    for (int i = 0; i < manifest.length; i++) {
      byte[] changed = manifest.clone();
      changed[i] ^= 1;
      Files.write(folder.manifest(), changed);
      assertThatThrownBy(() -> folder.open(new Disk()))
          .as("byte %d", i)
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
          .hasMessageContaining("LocalKeyFolder.rebuild(folder, passphrase)");
    }
  }

  @Test
  void rebuildRefusesAWrongPassphraseAndChangesNothing() throws IOException {
    Files.delete(folder.manifest());
    List<String> before = folder.files();
    assertThatThrownBy(() -> LocalKeyFolder.rebuild(folder.path, secret("wrong")))
        .hasMessageContaining("this passphrase does not open");
    assertThat(folder.files()).isEqualTo(before);
  }

  /** What a cut-off change left is set aside, read by rebuild, and gone with its key. */
  @Test
  void aDestroyedKeySurvivesInNoFileOfTheFolder() throws IOException {
    Files.copy(folder.record("b"), folder.file(RecordName.fresh("b", 1).fileName()));
    try (KmsBackend keys = folder.backend()) {
      create(keys, "x");
      assertThat(folder.files()).filteredOn(name -> name.endsWith(".aside")).hasSize(1);
      Files.copy(folder.record("b"), folder.file(RecordName.fresh("b", 2).fileName()));
      keys.deleteKey(io.claviger.kms.DeleteKeyRequest.immediate("b", "b"));
      assertThat(folder.files())
          .filteredOn(
              name -> {
                RecordName record = RecordName.parse(name);
                return record != null && record.isOf("b");
              })
          .isEmpty();
      assertThat(failure(keys, "b")).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    }
    assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).keyIds())
        .containsExactly("a", "c", "x");
  }
}
