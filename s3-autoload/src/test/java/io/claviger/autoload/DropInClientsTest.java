package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The drop-in in every kind of client, in processes of their own. */
class DropInClientsTest extends ChildPrograms {
  /** The one way that is refused: native code would write the sealed bytes to the file. */
  private static final String REFUSED = "crt-download-file";

  private static final List<String> CRT =
      List.of(
          "crt",
          "crt-file",
          "crt-upload-file",
          "crt-upload-large",
          REFUSED,
          "crt-upload-directory");

  private static final List<String> NETTY =
      List.of("async", "async-upload-file", "async-multipart");

  private void assertEachSeals(Program program, List<String> ways) throws Exception {
    String output = run(program, ways.toArray(String[]::new));
    for (String way : ways) {
      if (way.equals(REFUSED)) {
        assertThat(line(output, way)).contains("REFUSED ClavigerS3Exception", "toFile");
      } else {
        assertThat(line(output, way)).isEqualTo(way + " OK " + Unaware.TEXT);
      }
    }
    Map<String, String> stored = stored();
    assertThat(stored.keySet()).hasSize(ways.size());
    stored.forEach((key, bytes) -> assertThat(bytes.substring(0, 4)).as(key).isEqualTo("CLVG"));
  }

  @Test
  void onTheCrtClientItSeals() throws Exception {
    assertEachSeals(Program.here().properties(configuration()), CRT);
  }

  @Test
  void onAsynchronousClientsItSeals() throws Exception {
    assertEachSeals(Program.here().properties(configuration()), NETTY);
  }

  /** In front of the SDK's own interceptors, where the list for all services puts it. */
  @Test
  void namedForAllServicesOnlyItSealsOnEveryClientToo() throws Exception {
    Program program =
        Program.withoutDropIn().andAlso(listForAllServices()).properties(configuration());
    assertEachSeals(program, CRT);
    assertEachSeals(program, NETTY);
  }

  private static Path listForAllServices() throws IOException {
    Path list =
        folder.resolve("global/software/amazon/awssdk/global/handlers/execution.interceptors");
    Files.createDirectories(list.getParent());
    Files.writeString(list, "io.claviger.s3.ClavigerDropIn\n");
    return folder.resolve("global");
  }

  @Test
  void withoutConfigurationEveryClientIsRefused() throws Exception {
    String[] ways = {
      "async", "async-upload-file", "async-multipart", "crt", "crt-upload-file", "presign-get"
    };
    String output = run(Program.here(), ways);
    for (String way : ways) {
      assertThat(line(output, way)).contains("REFUSED ClavigerS3Exception", "not configured");
    }
    assertThat(stored()).isEmpty();
  }

  @Test
  void presigningIsRefusedWithTheHelpersName() throws Exception {
    String[] ways = {
      "presign-put",
      "presign-get",
      "presign-head",
      "presign-create",
      "presign-part",
      "presign-complete",
      "presign-delete"
    };
    String output = run(Program.here().properties(configuration()), ways);
    for (String way : ways) {
      boolean carriesNoBytes = way.equals("presign-delete");
      assertThat(line(output, way)).contains(carriesNoBytes ? "OK" : "REFUSED");
      if (!carriesNoBytes) {
        assertThat(line(output, way)).contains("SealedUpload");
      }
    }
  }
}
