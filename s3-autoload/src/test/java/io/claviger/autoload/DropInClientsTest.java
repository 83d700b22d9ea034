package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The drop-in in every kind of client, in processes of their own. */
class DropInClientsTest extends ChildPrograms {
  /** What a way through a client came to: it acted, or Claviger refused. */
  private static void assertActsOrRefuses(String output, String... ways) {
    for (String way : ways) {
      assertThat(line(output, way))
          .as("reached the interceptor")
          .containsAnyOf("OK " + Unaware.TEXT, "ClavigerS3Exception");
    }
  }

  @Test
  void onTheCrtClientItActsOrRefuses() throws Exception {
    String[] ways = {
      "crt",
      "crt-file",
      "crt-upload-file",
      "crt-upload-large",
      "crt-download-file",
      "crt-upload-directory"
    };
    String output = run(Program.here().properties(configuration()), ways);
    assertActsOrRefuses(output, ways);
    assertThat(line(output, "crt-download-file")).contains("REFUSED", "toFile");
    assertThat(line(output, "crt-upload-directory")).contains("OK " + Unaware.TEXT);
    stored().forEach((key, bytes) -> assertThat(bytes).as(key).startsWith("CLVG"));
  }

  @Test
  void onAsynchronousClientsItActsOrRefuses() throws Exception {
    String[] ways = {"async", "async-upload-file", "async-multipart"};
    assertActsOrRefuses(run(Program.here().properties(configuration()), ways), ways);
    stored().forEach((key, bytes) -> assertThat(bytes).as(key).startsWith("CLVG"));
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
