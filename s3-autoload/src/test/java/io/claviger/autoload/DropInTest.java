package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The drop-in under every kind of configuration, in processes of their own. */
class DropInTest extends ChildPrograms {
  private static final String ODD_KEYS =
      "odd a b=5242880 odd a%20b=" + Unaware.TEXT.length() + " odd a+b%2520=5242880 ";

  @Test
  void sealsForAProgramThatKnowsNothing() throws Exception {
    String output =
        run(
            Program.here().properties(configuration()),
            "sync",
            "copy",
            "list",
            "delete",
            "list-odd-keys",
            "part-again",
            "another-service",
            "unknown-length");
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(line(output, "copy")).isEqualTo("copy OK " + Unaware.TEXT);
    assertThat(line(output, "list"))
        .contains("sync a=" + Unaware.TEXT.length())
        .contains("copy=" + Unaware.TEXT.length());
    assertThat(line(output, "delete")).isEqualTo("delete OK deleted");
    assertThat(line(output, "list-odd-keys")).isEqualTo("list-odd-keys OK " + ODD_KEYS);
    assertThat(line(output, "part-again")).isEqualTo("part-again OK " + Unaware.TEXT);
    assertThat(line(output, "another-service")).contains("OK asked");
    assertThat(line(output, "unknown-length")).contains("REFUSED").contains("unknown length");
    assertThat(output).contains("Claviger drop-in is on");
    assertThat(stored()).containsKeys("sync a", "copy", "parts").hasSize(6);
    assertThat(stored().values()).allMatch(bytes -> bytes.startsWith("CLVG"));
  }

  @Test
  void whereNothingLogsStandardErrorSaysThatItIsOn() throws Exception {
    String output = run(Program.withoutLogger().properties(configuration()), "sync", "copy");
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(output.lines().filter(l -> l.startsWith("Claviger drop-in is on: "))).hasSize(1);
  }

  @Test
  void withoutConfigurationObjectsAreRefusedAndTheRestGoesOn() throws Exception {
    String output = run(Program.here(), "sync", "copy", "presign-put", "delete", "another-service");
    assertThat(line(output, "another-service")).contains("OK asked");
    assertThat(line(output, "sync"))
        .contains("REFUSED ClavigerS3Exception")
        .contains("not configured")
        .contains("backend_type");
    assertThat(line(output, "copy")).contains("REFUSED ClavigerS3Exception");
    assertThat(line(output, "presign-put")).contains("REFUSED ClavigerS3Exception");
    assertThat(line(output, "delete")).isEqualTo("delete OK deleted");
    assertThat(stored()).isEmpty();
  }

  @Test
  void aBrokenConfigurationRefuses() throws Exception {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "claviger.s3.nmaes", "object",
                "claviger.s3.include_buckets", "",
                "claviger.s3.config", "/does/not/exist")
            .entrySet()) {
      Program program = Program.here().properties(configuration());
      String output = run(program.property(wrong.getKey(), wrong.getValue()), "sync");
      String option = wrong.getKey().substring("claviger.s3.".length());
      assertThat(line(output, "sync"))
          .contains("REFUSED ClavigerS3Exception")
          .contains(option.equals("config") ? "/does/not/exist" : option);
      assertThat(stored()).isEmpty();
    }
  }

  @Test
  void keysThatAreNotToBeHadRefuse() throws Exception {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "claviger.master_key", "another passphrase",
                "claviger.s3.key_id", "nobody-knows-it",
                "claviger.key_dir", "/proc/does/not/exist")
            .entrySet()) {
      Program program = Program.here().properties(configuration());
      String output = run(program.property(wrong.getKey(), wrong.getValue()), "sync", "copy");
      assertThat(line(output, "sync")).as(wrong.getKey()).startsWith("sync REFUSED");
      assertThat(stored()).isEmpty();
    }
  }

  @Test
  void twiceOnTheClassPathSealsOnce() throws Exception {
    Path again = folder.resolve("again/software/amazon/awssdk/services/s3");
    Files.createDirectories(again);
    Files.writeString(
        again.resolve("execution.interceptors"),
        "io.claviger.s3.ClavigerDropIn\nio.claviger.s3.ClavigerDropIn\n");
    String output =
        run(
            Program.here().andAlso(folder.resolve("again")).properties(configuration()),
            "sync",
            "copy");
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(line(output, "copy")).isEqualTo("copy OK " + Unaware.TEXT);
    assertThat(stored().get("sync a")).hasSize(98 + 32 + Unaware.TEXT.length());
  }

  @Test
  void besideAnExplicitInterceptorThatOneActs() throws Exception {
    for (boolean configured : new boolean[] {true, false}) {
      Program program = Program.here().properties(configured ? configuration() : Map.of());
      String output = run(program, Aware.class);
      assertThat(output).contains("OK " + Unaware.TEXT + " " + Unaware.TEXT.length());
      String key =
          plain
              .headObject(
                  b -> b.bucket(bucket).key("aware").overrideConfiguration(ChildPrograms::off))
              .metadata()
              .get("claviger-key");
      assertThat(key).isEqualTo("own");
    }
  }

  @Test
  void insideOneJarOfManyItIsOn() throws Exception {
    Path jar = OneJar.of(System.getProperty("java.class.path"), folder.resolve("one.jar"));
    String output = run(Program.of(jar).properties(configuration()), "sync", "copy");
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(line(output, "copy")).isEqualTo("copy OK " + Unaware.TEXT);
    assertThat(stored()).containsOnlyKeys("sync a", "copy");
    assertThat(line(run(Program.of(jar), "sync"), "sync")).contains("not configured");
  }

  /** The list for S3 is another jar's, so that only the list for all services names the drop-in. */
  @Test
  void insideOneJarThatLostTheListForS3ItIsOnToo() throws Exception {
    Path jar =
        OneJar.withFirstListsOnly(
            otherListFirst() + File.pathSeparator + System.getProperty("java.class.path"),
            folder.resolve("lost.jar"));
    String[] ways = {"sync", "copy", "list-odd-keys", "part-again", "unknown-length"};
    String output = run(Program.of(jar).properties(configuration()), ways);
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(line(output, "copy")).isEqualTo("copy OK " + Unaware.TEXT);
    assertThat(line(output, "list-odd-keys")).isEqualTo("list-odd-keys OK " + ODD_KEYS);
    assertThat(line(output, "part-again")).isEqualTo("part-again OK " + Unaware.TEXT);
    assertThat(line(output, "unknown-length")).contains("REFUSED").contains("unknown length");
    assertThat(stored().values()).hasSize(6).allMatch(bytes -> bytes.startsWith("CLVG"));
    assertThat(line(run(Program.of(jar), "sync"), "sync")).contains("not configured");
  }

  private static Path otherListFirst() throws IOException {
    Path list = folder.resolve("other/software/amazon/awssdk/services/s3/execution.interceptors");
    Files.createDirectories(list.getParent());
    Files.writeString(list, "");
    return folder.resolve("other");
  }
}
