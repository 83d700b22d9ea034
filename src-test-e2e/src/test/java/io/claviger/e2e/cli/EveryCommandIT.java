package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every command that {@code claviger help} lists, with keys in each key service and objects in each
 * store. The table in docs/cli.md says what a key service has no use for; every other command ends
 * with status 0.
 */
class EveryCommandIT {
  private static final Path PAGE = Path.of("../docs/cli.md");
  private static final String TEXT = "Dear Ada\n";

  @TempDir static Path folder;
  private static final Map<S3Server, String> BUCKETS = new TreeMap<>();

  /** A command, and what it shows when it ends with status 0. */
  private record Step(String row, String shows, List<String> words) {
    static Step of(String row, String shows, Object... behind) {
      List<String> words = new ArrayList<>(List.of(row.split(" ")));
      Arrays.stream(behind).forEach(each -> words.add(each.toString()));
      return new Step(row, shows, words);
    }
  }

  @BeforeAll
  static void buckets() throws Exception {
    for (S3Server server : S3Server.values()) {
      BUCKETS.put(server, "every-command-" + ProcessHandle.current().pid());
      E2e.bucket(server, BUCKETS.get(server));
    }
  }

  private static Path file(String name, byte[] content) throws Exception {
    Path file = folder.resolve(name);
    return Files.exists(file) ? file : Files.write(file, content);
  }

  /** What is done with keys, and with files that they seal. */
  private static List<Step> onKeys(KeyPlace keys) throws Exception {
    Path work = Files.createDirectories(folder.resolve(keys.name()));
    Path letter = file("letter", TEXT.getBytes());
    Path bundle = work.resolve("bundle");
    Path secret = Files.writeString(work.resolve("secret"), KeyPlace.PASSPHRASE);
    return List.of(
        Step.of("help", "COMMANDS"),
        Step.of("completion", "claviger", "bash"),
        Step.of("key create", "Enabled", keys.key()),
        Step.of("key list", "EncryptDecrypt"),
        Step.of("key describe", "EncryptDecrypt", keys.key()),
        Step.of("key rotate", "Enabled", keys.key()),
        Step.of("key disable", "Disabled", keys.key()),
        Step.of("key enable", "Enabled", keys.key()),
        Step.of("key create", "Enabled", keys.key() + "-2"),
        Step.of("key delete", "PendingDeletion", keys.key() + "-2", "--yes"),
        Step.of("key cancel", "id ", keys.key() + "-2"),
        Step.of(
            "key import --raw", keys.key() + "-3", file("raw", new byte[32]), keys.key() + "-3"),
        Step.of("encrypt", "sealed, 9 B", letter, work.resolve("sealed")),
        Step.of("inspect", "message", work.resolve("sealed")),
        Step.of("decrypt", TEXT, work.resolve("sealed")),
        Step.of("which", keys.key(), "s3://bucket/name"),
        Step.of("key export", "exported", bundle, "--passphrase-file", secret),
        Step.of("key import", "already", bundle, "--passphrase-file", secret),
        Step.of("key folder check", "keys that work"),
        Step.of("key folder rotate-root", "new root key"),
        Step.of("key folder passphrase", "changed", "--new-passphrase-file", secret),
        Step.of("key folder rebuild", keys.key() + ", Enabled", "--yes"),
        Step.of("key folder give-up", "", keys.key(), "--confirm", keys.key()));
  }

  /** What is done with objects. */
  private static List<Step> onObjects(KeyPlace keys, S3Server server) throws Exception {
    String place = "s3://%s/%s/".formatted(BUCKETS.get(server), keys.name());
    Path work = folder.resolve(keys + " " + server);
    List<Step> all =
        List.of(
            Step.of("put", place + "letter", file("letter", TEXT.getBytes()), place),
            Step.of("inspect", "sealed", place + "letter"),
            Step.of("ls", "letter", place),
            Step.of("cat", TEXT, place + "letter"),
            Step.of("cp", "copy", place + "letter", place + "copy"),
            Step.of("doctor", "ok", "s3://" + BUCKETS.get(server)),
            Step.of("audit", "2 units: 2 done", place, "--folder", work + " audit"),
            Step.of("verify", "2 units: 2 done", place, "--folder", work + " verify"),
            Step.of("rewrap", "2 units", place, "--folder", work + " rewrap"),
            Step.of("migrate", "2 already so", place, "--folder", work + " migrate"));
    all.forEach(step -> step.words().addAll(List.of("--endpoint-url", server.http().toString())));
    return all;
  }

  private static List<Step> all(KeyPlace keys) throws Exception {
    List<Step> all = new ArrayList<>(onKeys(keys));
    for (S3Server server : S3Server.values()) {
      all.addAll(onObjects(keys, server));
    }
    return all;
  }

  /** Returns the rows of the page for a key service: those whose status is not 0. */
  private static Map<String, Integer> exceptions(KeyPlace keys) throws Exception {
    Map<String, Integer> rows = new TreeMap<>();
    Pattern.compile("(?m)^\\| `([a-z -]+)` \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|$")
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(row -> rows.put(row.group(1), Integer.valueOf(row.group(2 + keys.ordinal()))));
    assertThat(rows).as("the table of " + PAGE).isNotEmpty();
    return rows;
  }

  @ParameterizedTest
  @EnumSource
  void everyCommandEndsAsThePageSays(KeyPlace keys) throws Exception {
    Claviger cli =
        keys.commands(folder)
            .with("CLAVIGER_DEFAULT_KEY_ID", keys.key())
            .with("CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true")
            .over(S3Server.MINIO.http());
    Map<String, Integer> exceptions = exceptions(keys);
    List<String> others = new ArrayList<>();
    for (Step step : all(keys)) {
      Claviger.Result ended = cli.run(step.words().toArray(String[]::new));
      int expected = exceptions.getOrDefault(step.row(), 0);
      boolean good =
          ended.status() == expected
              && (expected == 0
                  ? ended.out().contains(step.shows())
                  : ended.err().lines().count() == 1);
      if (!good) {
        others.add(
            "%s: %d, expected %d%n%s%s"
                .formatted(step.words(), ended.status(), expected, ended.out(), ended.err()));
      }
    }
    assertThat(others).isEmpty();
  }

  /** A new command without a step, or a step of a command that is gone. */
  @Test
  void thereIsAStepForEveryCommand() throws Exception {
    TreeSet<String> listed = new TreeSet<>();
    collect("", listed);
    assertThat(Claviger.script()).as("the command install made it").isExecutable();
    assertThat(listed.remove("install")).isTrue();
    List<String> rows = all(KeyPlace.KEY_FOLDER).stream().map(Step::row).toList();
    assertThat(rows.stream().map(row -> row.replaceFirst(" --.*", "")).distinct())
        .containsExactlyInAnyOrderElementsOf(listed);
    assertThat(rows).containsAll(exceptions(KeyPlace.KEY_FOLDER).keySet());
  }

  /** Adds the commands below {@code group}, from the help that the program shows. */
  private static void collect(String group, TreeSet<String> commands) throws Exception {
    List<String> words = new ArrayList<>(List.of("help"));
    words.addAll(group.isEmpty() ? List.of() : List.of(group.split(" ")));
    String help = new Claviger().run(words.toArray(String[]::new)).expect(0).out();
    int at = help.indexOf("\nCOMMANDS\n");
    if (at < 0) {
      commands.add(group);
      return;
    }
    List<String> below =
        Pattern.compile("(?m)^  ([a-z-]+)  +\\S")
            .matcher(help.substring(at, help.indexOf("\nEXAMPLE\n")))
            .results()
            .map(line -> line.group(1))
            .toList();
    for (String name : below) {
      collect((group + " " + name).strip(), commands);
    }
  }
}
