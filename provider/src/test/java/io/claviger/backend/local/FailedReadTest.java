package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.LocalConfig;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads that fail behind the step that made a change: none is reported as "nothing was changed".
 */
class FailedReadTest {
  @TempDir Path temporary;

  /** After a manifest took its place, reads from this one on fail, as many as said. */
  private static final class Reads extends Disk {
    private final int first;
    private final int many;
    private int seen;
    private boolean made;
    private boolean armed;

    Reads(int first, int many) {
      this.first = first;
      this.many = many;
    }

    @Override
    byte[] read(Path file, int bytes) throws IOException {
      if (made && ++seen > first && seen <= first + many) {
        throw new IOException("Input/output error");
      }
      return super.read(file, bytes);
    }

    @Override
    void rename(Path from, Path to) throws IOException {
      super.rename(from, to);
      made |= armed && to.getFileName().toString().equals(KeyFolder.MANIFEST);
    }
  }

  /** Makes a change with each run of failing reads behind it; returns how many were reported. */
  private int reported(Consumer<KmsBackend> change, Consumer<KmsBackend> check) {
    int reported = 0;
    for (int first = 0; first < 6; first++) {
      for (int many : new int[] {1, 6}) {
        FolderFixture fixture =
            new FolderFixture(temporary.resolve(first + "-" + many + "-" + change.hashCode()))
                .make();
        Reads disk = new Reads(first, many);
        OpenFolder folder = fixture.open(disk);
        FileRecordStore store =
            new FileRecordStore(folder, FolderFixture.TIMEOUT, java.time.Duration.ZERO);
        KmsBackend keys = FolderFixture.backend(store);
        create(keys, "k");
        disk.armed = true;
        try {
          change.accept(keys);
        } catch (KmsException e) {
          reported++;
          assertThat(e.getMessage())
              .as("%d reads from %d on", many, first)
              .doesNotContainIgnoringCase("nothing was changed")
              .containsPattern("unknown whether the change was made|the change was made, but");
        }
        store.close();
        try (KmsBackend fresh = fixture.backend()) {
          check.accept(fresh);
        }
      }
    }
    return reported;
  }

  @Test
  void aChangeOfAKeyIsMadeOrUnknown() {
    int reported =
        reported(
            keys -> keys.tagKey("k", Map.of("t", "1")),
            keys ->
                assertThat(keys.describeKey(new DescribeKeyRequest("k")).tags())
                    .isEqualTo(Map.of("t", "1")));
    assertThat(reported).isPositive();
  }

  @Test
  void aKeyIsMadeOrThatIsUnknown() {
    int reported =
        reported(
            keys -> create(keys, "new"),
            keys ->
                assertThat(keys.describeKey(new DescribeKeyRequest("new")).keyId())
                    .isEqualTo("new"));
    assertThat(reported).isPositive();
  }

  @Test
  void aNewPassphraseIsNotThrownAway() {
    for (int first = 0; first < 6; first++) {
      FolderFixture fixture = new FolderFixture(temporary.resolve("p" + first)).make();
      Reads disk = new Reads(first, 6);
      OpenFolder folder = fixture.open(disk);
      FileRecordStore store =
          new FileRecordStore(folder, FolderFixture.TIMEOUT, java.time.Duration.ZERO);
      disk.armed = true;
      try {
        new RootChanges(folder, store, FolderFixture::cheap)
            .changePassphrase(new byte[] {'n', 'e', 'w'});
      } catch (KmsException e) {
        assertThat(e.getMessage())
            .doesNotContainIgnoringCase("nothing was changed")
            .containsPattern("keep both until|the change was made, but");
      }
      store.close();
      LocalKeyFolder.open(LocalConfig.of(fixture.path, "new")).close();
    }
  }
}
