package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another process has just sealed under a version that this one has not seen yet. */
class FreshVersionTest {
  @TempDir Path temporary;
  private FolderFixture folder;
  private final AtomicInteger reads = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private KmsBackend other;

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    other = folder.backend();
    create(other, "k");
  }

  @AfterEach
  void close() {
    other.close();
    threads.shutdown();
  }

  /** A process that looks at the folder by itself once only, as if no time passed for it. */
  private KmsBackend neighbour() {
    Disk disk =
        new Disk() {
          @Override
          byte[] read(Path file, int bytes) throws IOException {
            reads.incrementAndGet();
            return super.read(file, bytes);
          }
        };
    KeyFolder files = new KeyFolder(folder.path, 0600, disk);
    TimedCalls calls = new TimedCalls(files, FolderFixture.TIMEOUT);
    OpenFolder open = OpenFolder.open(files, calls, new byte[] {'p'}, () -> 0);
    return backend(new FileRecordStore(open, FolderFixture.TIMEOUT, Duration.ZERO));
  }

  @Test
  void blobsOfAFreshVersionOpenAtOnce() {
    try (KmsBackend keys = neighbour()) {
      assertOpens(keys, "k", encrypt(other, "k"));
      for (int i = 0; i < 10; i++) {
        other.rotateKey("k");
        assertOpens(keys, "k", encrypt(other, "k"));
      }
    }
  }

  @Test
  void macsAndMaterialOfAFreshVersionAreThereAtOnce() {
    other.createKey(CreateKeyRequest.named("m").withUsage(KeyUsage.SIGN_VERIFY));
    try (KmsBackend keys = neighbour()) {
      keys.lendMaterial("k", 1).close();
      assertThat(keys.mac(mac(1))).isEqualTo(other.mac(mac(1)));
      other.rotateKey("k");
      other.rotateKey("m");
      assertThat(keys.mac(mac(2))).isEqualTo(other.mac(mac(2)));
      try (SecretBytes mine = keys.lendMaterial("k", 2);
          SecretBytes theirs = other.lendMaterial("k", 2)) {
        assertThat(mine.toByteArray()).isEqualTo(theirs.toByteArray());
      }
      assertThatThrownBy(() -> keys.lendMaterial("k", 3)).hasMessageContaining("it has 1 to 2");
    }
  }

  private static MacRequest mac(int version) {
    return new MacRequest("m", version, MacAlgorithm.HMAC_SHA_256, new byte[] {1});
  }

  @Test
  void versionsThatSomebodyMakesUpDoNotCostAReadEach() {
    int calls = 400;
    byte[] blob = encrypt(other, "k");
    try (KmsBackend keys = neighbour()) {
      assertOpens(keys, "k", blob);
      reads.set(0);
      CountDownLatch together = new CountDownLatch(1);
      List<CompletableFuture<Void>> ended = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        byte[] forged = blob.clone();
        forged[10] ^= (byte) (1 + i % 255); // in the version's id
        ended.add(
            CompletableFuture.runAsync(
                () -> {
                  await(together);
                  assertThatThrownBy(() -> assertOpens(keys, "k", forged))
                      .isInstanceOfSatisfying(
                          KmsException.class,
                          e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC))
                      .hasMessageContaining("names a version that this key never had");
                },
                threads));
      }
      long began = System.nanoTime();
      together.countDown();
      ended.forEach(CompletableFuture::join);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(reads.get()).isBetween(1, 2 + (int) took.toMillis() / 10);
      other.rotateKey("k");
      assertOpens(keys, "k", encrypt(other, "k"));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who was not given the new passphrase hears that, and not that the blob was tampered with. */
  @Test
  void aVersionUnderARootKeyThatThisProcessCannotOpenIsNoForgery() {
    try (KmsBackend keys = neighbour()) {
      byte[] before = encrypt(other, "k");
      assertOpens(keys, "k", before);
      OpenFolder opened = folder.open(new Disk());
      FileRecordStore store = new FileRecordStore(opened, FolderFixture.TIMEOUT, Duration.ZERO);
      RootChanges root = new RootChanges(opened, store, FolderFixture::cheap);
      root.changePassphrase(new byte[] {'q'});
      root.rotateRoot();
      KmsBackend operator = backend(store);
      operator.rotateKey("k");
      byte[] after = encrypt(operator, "k");
      assertThatThrownBy(() -> assertOpens(keys, "k", after))
          .isInstanceOfSatisfying(
              KmsException.class,
              e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION))
          .hasMessageContaining("restart it with the new passphrase");
      assertOpens(keys, "k", before);
      operator.close();
    }
  }
}
