package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.shell.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandsTest {
  private static final Terminal SOMEBODY = new Terminal(true, true, true);

  @TempDir private Path folder;

  private Cli cli() {
    return Cli.onFolder(folder.resolve("my keys"));
  }

  private String state(String id) {
    return cli().run("key", "describe", id).expect(0).out().lines().toList().get(1);
  }

  @Test
  void aKeyIsMadeShownRotatedAndSwitchedOffAndOn() {
    Cli cli = cli();
    String made =
        cli.run("key", "create", "orders", "--description", "of the shop", "--tag", "team=a b")
            .expect(0)
            .out();
    assertThat(made).contains("id           orders", "description  of the shop", "{team=a b}");
    assertThat(cli.run("key", "rotate", "orders").expect(0).out()).contains("version      2");
    assertThat(cli.run("key", "disable", "orders").expect(0).out()).contains("Disabled");
    assertThat(cli.run("key", "rotate", "orders").expect(5).err()).contains("orders");
    assertThat(cli.run("key", "enable", "orders").expect(0).out()).contains("Enabled");
    assertThat(cli.run("key", "list").expect(0).out().lines())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("orders  Enabled  EncryptDecrypt  2 ");
    assertThat(cli.run("key", "list", "--state", "disabled").expect(0).out().lines()).hasSize(1);
  }

  @Test
  void aKeyWithoutANameGetsOne() {
    String made = cli().run("key", "create", "--usage", "SIGN_VERIFY", "--bits", "512").out();
    assertThat(made).contains("SignVerify", "bits         512").containsPattern("id +\\S{8,}");
  }

  @Test
  void whatIsNotThereOrThereAlreadyHasAStatusOfItsOwn() {
    Cli cli = cli();
    cli.run("key", "create", "a").expect(0);
    cli.run("key", "create", "a").expect(5);
    assertThat(cli.run("key", "describe", "b").expect(4).err())
        .startsWith("claviger: ")
        .contains("\"b\"")
        .doesNotContain("\tat ");
  }

  /** A mistyped folder must not become a new one. */
  @Test
  void onlyCommandsThatMakeKeysMakeAFolder() {
    assertThat(cli().run("key", "list").expect(3).err()).contains("my keys");
    assertThat(folder.resolve("my keys")).doesNotExist();
    cli().run("key", "create", "a").expect(0);
    assertThat(folder.resolve("my keys")).isDirectory();
  }

  /** An empty folder that is left behind would be taken for a good one from then on. */
  @Test
  void whatIsRefusedMakesNoFolder() throws Exception {
    Path bundle = folder.resolve("bundle");
    Path secret = Files.writeString(folder.resolve("secret"), "of the bundle");
    Path wrong = Files.writeString(folder.resolve("wrong"), "of another one");
    Cli other = Cli.onFolder(folder.resolve("other"));
    other.run("key", "create", "a").expect(0);
    other.run("key", "export", bundle.toString(), "--passphrase-file", secret.toString()).expect(0);
    cli().run("key", "import", bundle.toString(), "--passphrase-file", wrong.toString()).expect(3);
    cli().run("key", "create", "a", "--bits", "7").expect(5);
    cli().input(new byte[17]).run("key", "import", "--raw", "-", "b").expect(5);
    assertThat(folder.resolve("my keys")).doesNotExist();
    cli().input(new byte[16]).run("key", "import", "--raw", "-", "b").expect(0);
    assertThat(folder.resolve("my keys")).isDirectory();
  }

  /** Said once, when keys are first sealed under it. */
  @Test
  void aPassphraseThatKeepsNobodyOutIsWarnedOf() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "x");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    Cli cli = cli().without("master_key").with("master_key_file", secret.toString());
    String[] warnings = {"has 1 bytes", "others can read the passphrase in " + secret, "chmod 600"};
    assertThat(cli.run("key", "create", "a").expect(0).err()).contains(warnings);
    assertThat(cli.run("key", "create", "b").expect(0).err()).isEmpty();
    String[] export = {"key", "export", "--passphrase-file", secret.toString()};
    String bundle = folder.resolve("bundle").toString();
    assertThat(cli.run(Cli.words(new String[] {bundle}, export)).expect(0).err())
        .contains(warnings);
    Path good = Files.writeString(folder.resolve("good"), "eight of");
    Files.setPosixFilePermissions(good, PosixFilePermissions.fromString("rw-------"));
    String[] second = {"key", "export", bundle + " 2", "--passphrase-file", good.toString()};
    assertThat(cli.run(second).expect(0).err()).isEmpty();
  }

  @Test
  void aDeletionIsScheduledAfterAYesOnlyAndCanBeTakenBack() {
    cli().run("key", "create", "a").expect(0);
    assertThat(cli().run("key", "delete", "a").expect(11).err()).contains("--yes");
    assertThat(cli().input("n\n").run(SOMEBODY, "key", "delete", "a").expect(11).err())
        .contains("In 30 days key \"a\" is destroyed");
    assertThat(state("a")).contains("Enabled");
    cli().input("y\n").run(SOMEBODY, "key", "delete", "a", "--days", "7").expect(0);
    assertThat(state("a")).contains("PendingDeletion");
    cli().run("key", "cancel", "a").expect(0);
    assertThat(state("a")).contains("Enabled");
    cli().run("key", "delete", "a", "--yes", "--days", "6").expect(5);
    cli().run("key", "delete", "a", "--yes").expect(0);
    assertThat(state("a")).contains("PendingDeletion");
  }

  @Test
  void aKeyIsDestroyedAtOnceOnlyWhenItsIdIsWrittenAgain() {
    cli().run("key", "create", "a").expect(0);
    assertThat(cli().run("key", "delete", "a", "--now", "--yes").expect(11).err())
        .contains("--confirm a");
    cli().run("key", "delete", "a", "--now", "--confirm", "b").expect(11);
    cli().input("b\n").run(SOMEBODY, "key", "delete", "a", "--now").expect(11);
    assertThat(state("a")).contains("Enabled");
    cli().input("a\n").run(SOMEBODY, "key", "delete", "a", "--now").expect(0);
    cli().run("key", "describe", "a").expect(4);
  }

  /** A command that looks at a folder that was restored must not destroy what is due in it. */
  @Test
  void aKeyThatIsDueStaysUntilAServiceDestroysIt() {
    cli().run("key", "create", "a").expect(0);
    cli().run("key", "delete", "a", "--yes", "--days", "7").expect(0);
    assertThat(cli().run("key", "list", "--state", "PENDING_DELETION").expect(0).out())
        .contains("a   PendingDeletion");
  }

  @Test
  void aBundleGoesToAnotherFolder() throws Exception {
    Path bundle = folder.resolve("keys 2026.bundle");
    Path secret = Files.writeString(folder.resolve("bundle pass"), "another one\n");
    cli().run("key", "create", "a").expect(0);
    cli().run("key", "export", bundle.toString()).expect(11);
    cli().run("key", "export", bundle.toString(), "--passphrase-file", secret.toString()).expect(0);
    Cli other = Cli.onFolder(folder.resolve("other"));
    other.run("key", "import", bundle.toString(), "--passphrase-file", bundle.toString()).expect(3);
    assertThat(
            other
                .input("another one\n")
                .run("key", "import", bundle.toString(), "--passphrase-file", "-")
                .expect(0)
                .out())
        .isEqualToIgnoringNewLines("imported       a");
    assertThat(other.run("key", "describe", "a").expect(0).out()).contains("CLAVIGER");
  }

  @Test
  void aRawKeyIsTakenInFromAFile() throws Exception {
    Path raw = Files.write(folder.resolve("raw"), new byte[16]);
    cli().run("key", "import", "--raw", raw.toString(), "given").expect(0);
    assertThat(cli().run("key", "describe", "given").out()).contains("bits         128");
    cli().run("key", "import", "--raw", folder.resolve("none").toString(), "b").expect(4);
    cli().input(new byte[17]).run("key", "import", "--raw", "-", "b").expect(5);
  }
}
