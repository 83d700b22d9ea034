package io.claviger.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.retire.VersionUse;
import io.claviger.bulk.retire.VersionUseCheck;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.run.ReportRow;
import io.claviger.bulk.source.ListingSource;
import io.claviger.service.KmsManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The first two worked examples of docs/bulk.md, statement by statement. */
class WorkedExamplesTest {
  private static final int OBJECTS = 3;

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final String key = bucket + "-key";
  private final S3Client s3 = Stores.PLAIN;
  private final S3Client sealing = Stores.sealing(key);
  private final Clients clients = Clients.of(s3, sealing);
  private final KmsManager keys = Stores.keys();

  /** What a folder is called on the page, below the folder of this test. */
  private Path in(String name) {
    return folder.resolve(name);
  }

  private void put(S3Client client, String name) {
    client.putObject(b -> b.bucket(bucket).key(name), RequestBody.fromString("text"));
  }

  @Test
  void findWhatIsNotSealed() throws IOException {
    put(sealing, "sealed");
    put(s3, "plain");
    List<String> found = new ArrayList<>();
    Plan plan = new Plan(ListingSource.ofBucket(bucket), AuditJob.DEFAULT, Limits.DEFAULT);
    Prices prices = Prices.of("0.0004", "0.005", "0", "0");
    BulkRunner runner = BulkRunner.with(Clients.withoutKeys(s3));
    assertThat(prices.of(runner.estimate(plan).cost())).isEqualByComparingTo("0.01");
    RunResult result = runner.run(plan, in("audit-of-orders"));
    assertThat(result.counts().ofCode("Plaintext")).isEqualTo(1);
    try (Stream<ReportRow> rows = ReportRow.read(in("audit-of-orders"))) {
      rows.filter(row -> row.code().equals("Plaintext")).map(ReportRow::key).forEach(found::add);
    }
    assertThat(found).containsExactly("plain");
  }

  @Test
  void rotateAMasterKeyAndRetireTheOldVersion() throws IOException {
    for (int i = 0; i < OBJECTS; i++) {
      put(sealing, "o" + i);
    }
    keys.rotateKey(key);
    Instant rotated = Instant.now();
    Plan plan =
        new Plan(ListingSource.ofBucket(bucket), RewrapJob.toCurrentVersions(), Limits.DEFAULT);
    RunResult first = BulkRunner.with(clients).run(plan, in("rewrap-1"));
    assertThat(first.counts().of(Status.DONE)).isEqualTo(OBJECTS);
    RunResult second = BulkRunner.with(clients).run(plan, in("rewrap-2"));
    assertThat(second.counts().byGroup()).isEqualTo(Map.of(key + " v2", (long) OBJECTS));
    VersionUseCheck check =
        VersionUseCheck.of(key, 1, rotated).bucketKeyLife(Duration.ZERO); // nobody writes here
    VersionUse use = check.run(clients, Limits.DEFAULT, in("use-of-orders-1"), bucket);
    assertThat(use.isNothing()).as("%s", use).isTrue();
  }

  /**
   * The page's names are {@code orders}, its folders relative, and it prints what is asserted here.
   */
  @Test
  void thePageSaysTheSame() throws IOException {
    String here =
        collapsed(
            Files.readString(Path.of("src/test/java/io/claviger/bulk/WorkedExamplesTest.java"))
                .replace("ofBucket(bucket)", "ofBucket(\"orders\")")
                .replace(".of(key, ", ".of(\"orders\", ")
                .replace("rotateKey(key)", "rotateKey(\"orders\")")
                .replace(".bucketKeyLife(Duration.ZERO)", "")
                .replace("), bucket);", "), \"orders\");")
                .replace("in(\"", "Path.of(\"")
                .replace("found::add", "System.out::println"));
    int statements = 0;
    String page = Files.readString(Path.of("../docs/bulk.md"));
    String before = page.split("\n## Migrate", 2)[0]; // MigrateExamplesTest has the others
    for (String block : examples(before)) {
      for (String statement : block.replaceAll("//.*", "").split("(?<=[;{}])\\s*\n")) {
        if (!statement.contains("println(") && !statement.isBlank()) {
          assertThat(here).contains(collapsed(statement));
          statements++;
        }
      }
    }
    assertThat(statements).isEqualTo(14);
  }

  /** Returns the code below the headings of worked examples. */
  private static List<String> examples(String page) {
    List<String> blocks = new ArrayList<>();
    boolean example = false;
    StringBuilder block = null;
    for (String line : page.lines().toList()) {
      if (line.startsWith("#")) {
        example = line.startsWith("### Example");
      } else if (line.equals("```java") && example) {
        block = new StringBuilder();
      } else if (line.equals("```") && block != null) {
        blocks.add(block.toString());
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }

  private static String collapsed(String code) {
    return code.replaceAll("\\s+", "");
  }
}
