package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether a client seals can be demanded, wherever the drop-in stands or does not stand. */
class RequireOnTest extends ChildPrograms {
  private static final List<String> CLIENTS =
      List.of("sync", "cross-region", "async", "multipart", "crt", "crt-cross-region");

  private void assertEach(Program program, String expected) throws Exception {
    String output = run(program, Requiring.class);
    for (String client : CLIENTS) {
      assertThat(line(output, client)).startsWith(client + " " + expected);
    }
  }

  @Test
  void onTheClassPathEveryClientSeals() throws Exception {
    assertEach(Program.here().properties(configuration()), "seals");
  }

  @Test
  void withoutItsResourcesNoneDoes() throws Exception {
    assertEach(Program.withoutDropIn().properties(configuration()), "CONFIGURATION ");
  }

  @Test
  void notConfiguredNoneDoes() throws Exception {
    assertEach(Program.here(), "CONFIGURATION ");
    assertThat(run(Program.here(), Requiring.class)).contains("not configured", "backend_type");
  }

  /** SDK and Claviger as modules of a program that is one. */
  @Test
  void onTheModulePathItSealsAndRequiresIt() throws Exception {
    Modules modules = new Modules(folder.resolve("modules"));
    Program program = Program.ofModules(modules.withApplication()).properties(configuration());
    String output = runNamed(program, Modules.MAIN, "sync", "copy", "list-odd-keys", "async");
    assertThat(line(output, "module")).isEqualTo("module application");
    assertThat(line(output, "required")).isEqualTo("required seals");
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(line(output, "copy")).isEqualTo("copy OK " + Unaware.TEXT);
    assertThat(line(output, "async")).isEqualTo("async OK " + Unaware.TEXT);
    assertThat(stored()).hasSize(6);
    stored().forEach((key, bytes) -> assertThat(bytes.substring(0, 4)).as(key).isEqualTo("CLVG"));
  }
}
