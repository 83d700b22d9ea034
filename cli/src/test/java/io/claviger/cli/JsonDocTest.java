package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What commands write with --json is what the schema in docs/cli.md says. */
class JsonDocTest {
  /** What other definitions are made of. */
  private static final Set<String> PARTS =
      Set.of("texts", "textsByName", "countsByName", "date", "metadata", "job", "estimate");

  @TempDir private Path folder;
  private final Set<String> definitions = new TreeSet<>();
  private final Set<String> commands = new TreeSet<>();

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
  }

  private JsonNode json(String schema, String... command) throws Exception {
    String[] all = Cli.words(command, "--json");
    return check(schema, cli().run(all).expect(0).out(), all);
  }

  private JsonNode check(String schema, String text, String... command) throws Exception {
    definitions.add(schema);
    Shell unused =
        new Shell(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Terminal.NONE);
    List<CommandLine> words = CommandLines.of(unused).parseArgs(command).asCommandLineList();
    commands.add(words.get(words.size() - 1).getCommandSpec().qualifiedName());
    return Schema.ofTheDocs().check(schema, text);
  }

  /** Every command but those that write bytes or text of their own, and all of the schema. */
  @Test
  void noCommandAndNoDefinitionIsLeftOut() throws Exception {
    keys();
    damage();
    folders();
    files();
    objects();
    installation();
    Set<String> all = new TreeSet<>();
    for (CommandLine each : HelpTextsTest.commands()) {
      if (each.getSubcommands().isEmpty()) {
        all.add(each.getCommandSpec().qualifiedName());
      }
    }
    all.removeAll(Set.of("claviger cat", "claviger help", "claviger completion"));
    assertThat(commands).containsExactlyElementsOf(all);
    definitions.addAll(PARTS);
    definitions.add("error");
    assertThat(Schema.ofTheDocs().names()).containsExactlyInAnyOrderElementsOf(definitions);
  }

  private void keys() throws Exception {
    assertThat(json("key", "key", "create", "a").at("/key/id").asText()).isEqualTo("a");
    json("key", "key", "describe", "a");
    assertThat(json("key", "key", "rotate", "a").at("/key/version").asInt()).isEqualTo(2);
    json("key", "key", "disable", "a");
    json("key", "key", "enable", "a");
    assertThat(json("key", "key", "delete", "a", "--yes").at("/key/deletion").isTextual()).isTrue();
    json("key", "key", "cancel", "a");
    assertThat(json("key list", "key", "list").get("keys")).hasSize(1);
  }

  private void damage() throws Exception {
    Path keys = folder.resolve("damaged keys");
    Cli damaged = Cli.onFolder(keys);
    damaged.run("key", "create", "a").expect(0);
    try (DirectoryStream<Path> records = Files.newDirectoryStream(keys, "*.record")) {
      for (Path record : records) {
        Files.write(record, new byte[10]);
      }
    }
    String[] command = {"key", "folder", "give-up", "a", "--confirm", "a", "--json"};
    check("key folder give-up", damaged.run(command).expect(0).out(), command);
  }

  private void installation() throws Exception {
    String[] install = {"install", "--json"};
    JsonNode made = check("install", Installation.shared().said(), install);
    for (String file : new String[] {"script", "jar", "archive"}) {
      assertThat(Path.of(made.get(file).asText())).as(file).isRegularFile();
    }
  }

  private void folders() throws Exception {
    String secret = Files.writeString(folder.resolve("secret"), "secret").toString();
    String bundle = folder.resolve("bundle").toString();
    json("key export", "key", "export", bundle, "--passphrase-file", secret);
    assertThat(json("key import", "key", "import", bundle, "--passphrase-file", secret)).hasSize(3);
    assertThat(json("key folder check", "key", "folder", "check").get("keys").asInt()).isEqualTo(1);
    json("key folder rebuild", "key", "folder", "rebuild", "--yes");
    json("key folder rotate-root", "key", "folder", "rotate-root");
    String pass = Files.writeString(folder.resolve("same"), "passphrase").toString();
    json("key folder passphrase", "key", "folder", "passphrase", "--new-passphrase-file", pass);
  }

  private void files() throws Exception {
    String plain = Files.writeString(folder.resolve("plain"), "text").toString();
    String sealed = folder.resolve("sealed").toString();
    assertThat(json("encrypt", "encrypt", plain, sealed).get("plainBytes").asInt()).isEqualTo(4);
    json("decrypt", "decrypt", sealed, folder.resolve("back").toString());
  }

  private void objects() throws Exception {
    String plain = Files.writeString(folder.resolve("plain"), "text").toString();
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    try (TrainStore store = new TrainStore()) {
      String[] at = {"--endpoint-url", store.endpoint(), "--region", "us-east-1"};
      assertThat(json("put", Cli.words(at, "put", plain, "s3://b/k")).get("plainBytes").asInt())
          .isEqualTo(4);
      String back = folder.resolve("object").toString();
      assertThat(json("cp", Cli.words(at, "cp", "s3://b/k", back)).get("output").asText())
          .isEqualTo(back);
      json("ls buckets", Cli.words(at, "ls"));
      json("which", "which", "s3://b/k");
      json("doctor", "doctor");
      assertThat(json("ls", Cli.words(at, "ls", "s3://b/")).get("objects")).isEmpty();
      assertThat(json("inspect", Cli.words(at, "inspect", "s3://b/k")).get("key").asText())
          .isEqualTo("a");
      for (String job : new String[] {"audit", "verify", "rewrap", "migrate"}) {
        json(job + " --dry-run", Cli.words(at, job, "s3://b", "--dry-run", "--prices", "1,1,1,1"));
        String run = folder.resolve(job).toString();
        assertThat(json(job, Cli.words(at, job, "s3://b", "--folder", run)).get("units").asInt())
            .isZero();
      }
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void errorsAreOnStandardError() throws Exception {
    cli().run("key", "create", "a").expect(0);
    Cli.Result failed = cli().run("key", "describe", "b", "--json").expect(4);
    assertThat(failed.out()).isEmpty();
    JsonNode error = Schema.ofTheDocs().check("error", failed.err());
    assertThat(error.at("/error/exitCode").asInt()).isEqualTo(4);
    assertThat(error.at("/error/kind").asText()).isEqualTo("KEY_NOT_FOUND");
    Schema.ofTheDocs().check("error", cli().run("--json", "key", "crate").expect(2).err());
  }

  @Test
  void theSchemaRefusesWhatIsNotInIt() throws Exception {
    Schema schema = Schema.ofTheDocs();
    for (String wrong :
        new String[] {
          "{}",
          "{\"output\":1,\"plainBytes\":1}",
          "[]",
          "{\"output\":\"a\"," + "\"plainBytes\":1,\"more\":1}"
        }) {
      assertThatThrownBy(() -> schema.check("encrypt", wrong)).isInstanceOf(AssertionError.class);
    }
  }
}
