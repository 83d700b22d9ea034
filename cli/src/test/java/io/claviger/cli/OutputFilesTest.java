package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an output may be, and what becomes of what was there. */
class OutputFilesTest {
  @TempDir private Path folder;
  private Path sealed;

  @BeforeEach
  void aSealedFile() throws Exception {
    cli().run("key", "create", "a").expect(0);
    sealed = folder.resolve("sealed");
    Files.write(sealed, cli().input("text").run("encrypt").expect(0).bytes());
  }

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
  }

  private Cli.Result decrypt(String target) {
    return cli().run("decrypt", sealed.toString(), target, "--yes");
  }

  @Test
  void aFolderIsNoOutputWhetherItIsThereOrNot() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(decrypt(empty.toString()).expect(10).err()).contains("is a folder");
    assertThat(empty).isEmptyDirectory();
    assertThat(decrypt(folder.resolve("none") + "/").expect(10).err())
        .contains("is a folder that is not there");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void whatOnlyItsOwnerCouldReadStaysSo() throws Exception {
    Path there = Files.writeString(folder.resolve("there"), "old");
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rw-------"));
    decrypt(there.toString()).expect(0);
    assertThat(there).hasContent("text");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there)))
        .isEqualTo("rw-------");
  }

  @Test
  void aLinkStaysOne() throws Exception {
    Path there = Files.writeString(folder.resolve("there"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), there);
    decrypt(link.toString()).expect(0);
    assertThat(link).isSymbolicLink();
    assertThat(there).hasContent("text");
  }

  /** Replacing it by a file would take it away from all others. */
  @Test
  void aDeviceIsWrittenInto() {
    assertThat(decrypt("/dev/null").expect(0).out()).contains("opened, 4 B: /dev/null");
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void aNamedPipeIsWrittenInto() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readString(pipe);
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    decrypt(pipe.toString()).expect(0);
    assertThat(read.join()).isEqualTo("text");
  }

  @Test
  void aNameOfTheGreatestLength() {
    Path target = folder.resolve("n".repeat(255));
    decrypt(target.toString()).expect(0);
    assertThat(target).hasContent("text");
    assertThat(decrypt(folder.resolve("n".repeat(256)).toString()).expect(10).err())
        .contains("cannot be written");
  }
}
