package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file says of itself, without a key; objects are looked at by ObjectsIT. */
class InspectFileTest {
  @TempDir private Path folder;

  private JsonNode inspect(byte[] content, int status) throws Exception {
    Path file = Files.write(folder.resolve("a file"), content);
    Cli keyless = new Cli();
    return Schema.ofTheDocs()
        .check("inspect", keyless.run("inspect", file.toString(), "--json").expect(status).out());
  }

  @Test
  void aMessage() throws Exception {
    Cli cli = Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
    cli.run("key", "create", "a").expect(0);
    cli.run("key", "rotate", "a").expect(0);
    for (int size : new int[] {0, 1, 65_503, 65_504, 65_505, 200_000}) {
      byte[] sealed = cli.input(new byte[size]).run("encrypt").expect(0).bytes();
      JsonNode said = inspect(sealed, 0);
      assertThat(said.get("form").asText()).isEqualTo("message");
      assertThat(said.get("keyVersion").asText()).isEqualTo("2");
      assertThat(said.get("keyVersionId").asText()).hasSize(16);
      assertThat(said.get("plainBytes").asInt()).isEqualTo(size);
      assertThat(inspect(Arrays.copyOf(sealed, 50), 7).get("damage").asText()).contains("ends");
    }
    JsonNode pipe =
        Schema.ofTheDocs()
            .check(
                "inspect",
                new Cli()
                    .input(cli.input("x").run("encrypt").bytes())
                    .run("inspect", "-", "--json")
                    .expect(0)
                    .out());
    assertThat(pipe.get("plainBytes").isNull()).isTrue();
  }

  @Test
  void anythingElse() throws Exception {
    assertThat(inspect("plain".getBytes(), 9).get("form").asText()).isEqualTo("plaintext");
    assertThat(inspect(new byte[0], 9).get("form").asText()).isEqualTo("plaintext");
    assertThat(inspect("CLVM".getBytes(), 7).get("form").asText()).isEqualTo("damaged");
    new Cli().run("inspect", folder.resolve("nothing").toString()).expect(4);
  }
}
