package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.shell.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptTest {
  private static final int SEGMENT = 65_504;

  @TempDir private Path folder;

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
  }

  @BeforeEach
  void aKey() {
    cli().run("key", "create", "a").expect(0);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 5 * SEGMENT + 17})
  void aPipeComesBack(int size) {
    byte[] plain = bytes(size);
    byte[] sealed = cli().input(plain).run("encrypt").expect(0).bytes();
    assertThat(sealed).hasSizeGreaterThan(size).startsWith("CLVM".getBytes());
    assertThat(cli().input(sealed).run("decrypt").expect(0).bytes()).isEqualTo(plain);
  }

  @Test
  void aFileWithABlankComesBack() throws Exception {
    byte[] plain = bytes(100_000);
    Path from = file("March 2026.csv", plain);
    Path sealed = folder.resolve("March 2026.csv.clvm");
    Path back = folder.resolve("back again");
    assertThat(cli().run("encrypt", from.toString(), sealed.toString()).expect(0).out())
        .contains(sealed.toString());
    cli().run("decrypt", sealed.toString(), back.toString()).expect(0);
    assertThat(back).hasBinaryContent(plain);
  }

  @Test
  void keyContextAndAssociatedDataAreNeededAgain() {
    cli().run("key", "create", "b").expect(0);
    String[] seal = {"encrypt", "-k", "b", "--context", "team=x", "--aad", "row 7"};
    byte[] sealed = cli().input("text").run(seal).expect(0).bytes();
    String[] open = seal.clone();
    open[0] = "decrypt";
    assertThat(cli().input(sealed).run(open).expect(0).out()).isEqualTo("text");
    assertThat(cli().input(sealed).run("decrypt", "-k", "b", "--aad", "row 7").expect(7).bytes())
        .isEmpty();
    assertThat(cli().input(sealed).run("decrypt", "-k", "b", "--context", "team=x").expect(7).out())
        .isEmpty();
    cli().input(sealed).run("decrypt").expect(7);
    cli().without("default_key_id").input(sealed).run("decrypt").expect(3);
  }

  @Test
  void aDamagedMessageLeavesNoFile() throws Exception {
    byte[] sealed = cli().input(bytes(3 * SEGMENT)).run("encrypt").expect(0).bytes();
    sealed[sealed.length - 5] ^= 1;
    Path damaged = file("damaged", sealed);
    String target = folder.resolve("plain").toString();
    cli().run("decrypt", damaged.toString(), target).expect(7);
    assertThat(names()).containsExactly("damaged", "keys");
    byte[] begun = cli().input(sealed).run("decrypt").expect(7).bytes();
    assertThat(bytes(3 * SEGMENT)).startsWith(begun);
  }

  @Test
  void aFileThatIsThereIsReplacedAfterAYesOnly() throws Exception {
    Path there = file("there", bytes(3));
    cli().input("x").run("encrypt", "-", there.toString()).expect(11);
    assertThat(there).hasBinaryContent(bytes(3));
    cli().input("x").run("encrypt", "-", there.toString(), "--yes").expect(0);
    assertThat(cli().run("decrypt", there.toString()).expect(0).out()).isEqualTo("x");
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    assertThat(cli().run("encrypt", folder.resolve("no file").toString()).expect(4).err())
        .contains("no file");
    cli().run("encrypt", folder.toString()).expect(10);
    String nowhere = folder.resolve("no/such/folder").toString();
    assertThat(cli().input("x").run("encrypt", "-", nowhere).expect(10).err())
        .contains(nowhere, "the folder is not there");
  }

  @Test
  void aSealedMessageIsNotWrittenToATerminal() {
    cli().input("x").run(new Terminal(false, true, true), "encrypt").expect(2);
  }

  @Test
  void progressIsNeitherInAPipeNorInQuietRuns() {
    byte[] plain = bytes(SEGMENT);
    assertThat(cli().input(plain).run("encrypt").expect(0).err()).isEmpty();
  }
}
