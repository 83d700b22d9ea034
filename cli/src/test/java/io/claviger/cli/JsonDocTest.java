package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands write with --json is what the schema in docs/cli.md says. */
class JsonDocTest {
  @TempDir private Path folder;

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
  }

  private JsonNode json(String schema, String... command) throws Exception {
    String[] all = Cli.words(command, "--json");
    return Schema.ofTheDocs().check(schema, cli().run(all).expect(0).out());
  }

  @Test
  void keys() throws Exception {
    assertThat(json("key", "key", "create", "a").at("/key/id").asText()).isEqualTo("a");
    json("key", "key", "describe", "a");
    assertThat(json("key", "key", "rotate", "a").at("/key/version").asInt()).isEqualTo(2);
    json("key", "key", "disable", "a");
    json("key", "key", "enable", "a");
    assertThat(json("key", "key", "delete", "a", "--yes").at("/key/deletion").isTextual()).isTrue();
    json("key", "key", "cancel", "a");
    assertThat(json("key list", "key", "list").get("keys")).hasSize(1);
  }

  @Test
  void folders() throws Exception {
    cli().run("key", "create", "a").expect(0);
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

  @Test
  void files() throws Exception {
    cli().run("key", "create", "a").expect(0);
    String plain = Files.writeString(folder.resolve("plain"), "text").toString();
    String sealed = folder.resolve("sealed").toString();
    assertThat(json("encrypt", "encrypt", plain, sealed).get("plainBytes").asInt()).isEqualTo(4);
    json("decrypt", "decrypt", sealed, folder.resolve("back").toString());
  }

  @Test
  void objects() throws Exception {
    cli().run("key", "create", "a").expect(0);
    String plain = Files.writeString(folder.resolve("plain"), "text").toString();
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    try (TrainStore store = new TrainStore()) {
      String[] at = {"--endpoint-url", store.endpoint(), "--region", "us-east-1"};
      assertThat(json("put", Cli.words(at, "put", plain, "s3://b/k")).get("plainBytes").asInt())
          .isEqualTo(4);
      String back = folder.resolve("back").toString();
      assertThat(json("cp", Cli.words(at, "cp", "s3://b/k", back)).get("output").asText())
          .isEqualTo(back);
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
