package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which key a name gets, said without any key service: the folder does not even exist. */
class WhichTest {
  @TempDir private Path folder;

  private Cli cli() {
    return Cli.onFolder(folder.resolve("none"));
  }

  private String key(Cli cli, int status, String... args) throws Exception {
    return Schema.ofTheDocs()
        .check("which", cli.run(args).expect(status).out())
        .get("key")
        .asText();
  }

  @Test
  void theRuleTheOptionTheDefault() throws Exception {
    Cli cli = cli().with("default_key_id", "standard");
    String[] which = {"which", "s3://shop/team/a b", "--json"};
    assertThat(key(cli, 0, which)).isEqualTo("standard");
    cli.with("s3.key_id", "of-option");
    assertThat(key(cli, 0, which)).isEqualTo("of-option");
    cli.with("s3.key_rules", "s3://shop/team/** -> of-rule;deny s3://shop/raw/**");
    assertThat(key(cli, 0, which)).isEqualTo("of-rule");
    assertThat(key(cli, 0, "which", "s3://shop/other", "--json")).isEqualTo("of-option");
    assertThat(cli.run("which", "s3://shop/raw/x").expect(9).out()).startsWith("no key");
  }

  @Test
  void noKeyAndABucketThatIsLeftAloneAreFindings() throws Exception {
    assertThat(cli().run("which", "s3://shop/a").expect(9).out())
        .startsWith("no key")
        .contains("CLAVIGER_DEFAULT_KEY_ID is not set");
    Cli alone = cli().with("s3.exclude_buckets", "shop");
    assertThat(alone.run("which", "s3://shop/a").expect(9).out()).contains("exclude_buckets");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void whatIsNoPlaceInAStore() {
    cli().run("which", "shop/a").expect(2);
  }
}
