package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After close nothing works, and nothing is sealed under a wiped key. */
class ClosedFolderTest {
  @TempDir Path temporary;
  private FolderFixture folder;

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
  }

  @Test
  void closingOneViewClosesAll() {
    LocalKeyFolder operator = LocalKeyFolder.open(folder.config());
    KmsBackend first = operator.backend(BackendSettings.DEFAULT);
    KmsBackend second = operator.backend(BackendSettings.DEFAULT);
    create(first, "k");
    byte[] blob = encrypt(second, "k");
    first.close();
    List<ThrowingCallable> uses =
        List.of(
            () -> encrypt(second, "k"),
            () -> FolderFixture.assertOpens(second, "k", blob),
            () -> second.lendMaterial("k", 0),
            () -> second.rotateKey("k"),
            () -> create(second, "l"),
            () -> second.listKeys(ListKeysRequest.first()),
            second::healthCheck,
            () -> encrypt(first, "k"),
            operator::damagedKeyIds,
            operator::setAside,
            operator::rotateRoot,
            () -> operator.changePassphrase(secret("q")),
            () -> operator.exportTo(temporary.resolve("b"), secret("q")),
            () -> operator.exportReadableTo(temporary.resolve("b"), secret("q")),
            () -> operator.importFrom(temporary.resolve("b"), secret("q")),
            () -> operator.importRustfs(temporary, secret("q")),
            () -> encrypt(operator.backend(BackendSettings.DEFAULT), "k"));
    for (ThrowingCallable use : uses) {
      assertThatThrownBy(use)
          .as("use %d", uses.indexOf(use))
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_RUNNING));
    }
    operator.close();
  }

  /** Folders are closed while threads create keys: what was acknowledged opens afterwards. */
  @Test
  void whatIsSealedWhileTheFolderClosesIsSealedUnderItsRootKey() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 20; round++) {
        FileRecordStore store = folder.store(new Disk());
        KmsBackend keys = FolderFixture.backend(store);
        String id = "key-" + round;
        Future<Integer> created = threads.submit(() -> createUntilClosed(keys, id));
        while (store.ids().stream().noneMatch(key -> key.startsWith(id + "-"))) {
          Thread.onSpinWait();
        }
        store.close();
        int count = created.get();
        try (KmsBackend fresh = folder.backend()) {
          for (int i = 0; i < count; i++) {
            assertThat(FolderFixture.failure(fresh, id + "-" + i)).isNull();
          }
          assertThat(fresh.listKeys(new ListKeysRequest(1000, null, null, null)).damagedKeyIds())
              .isEmpty();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int createUntilClosed(KmsBackend keys, String prefix) {
    for (int i = 0; ; i++) {
      try {
        create(keys, prefix + "-" + i);
      } catch (KmsException e) {
        assertThat(e.kind()).isEqualTo(ErrorKind.NOT_RUNNING);
        return i;
      }
    }
  }
}
