package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bundle where a user puts it, without any other jar of Claviger or of its libraries. */
class BundleTest extends ChildPrograms {
  private static void assertSeals(String output, String... ways) {
    for (String way : ways) {
      assertThat(line(output, way)).isEqualTo(way + " OK " + Unaware.TEXT);
    }
  }

  private Program inLoaders() {
    return Program.here()
        .properties(configuration())
        .property("claviger.test.bundle", Bundle.JAR.toString());
  }

  @Test
  void besideTheSdkItSeals() throws Exception {
    String output =
        run(
            Program.of(Bundle.with()).properties(configuration()),
            "sync",
            "copy",
            "async",
            "async-multipart",
            "part-again",
            "list");
    assertSeals(output, "sync", "copy", "async", "async-multipart", "part-again");
    assertThat(line(output, "list")).contains("sync a=" + Unaware.TEXT.length());
    assertThat(stored().values()).hasSize(5).allMatch(bytes -> bytes.startsWith("CLVG"));
    assertThat(line(run(Program.of(Bundle.with()), "sync"), "sync")).contains("not configured");
  }

  @Test
  void besideThePlainJarsItRefusesInEitherOrder() throws Exception {
    List<String> first = new ArrayList<>(List.of(Bundle.JAR.toString()));
    first.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    for (Program program : List.of(Program.of(first), Program.here().andAlso(Bundle.JAR))) {
      String output = run(program.properties(configuration()), "sync", "delete");
      assertThat(line(output, "sync"))
          .contains("REFUSED")
          .contains("on the class path twice", "leave only claviger-s3-bundle");
      assertThat(stored()).isEmpty();
    }
  }

  @Test
  void inAShadedApplicationItSealsWithTheListsAppended() throws Exception {
    String entries = String.join(File.pathSeparator, Bundle.with());
    Path appended = OneJar.of(entries, folder.resolve("appended.jar"));
    assertSeals(run(Program.of(appended).properties(configuration()), "sync", "copy"), "sync");
    assertThat(stored().values()).hasSize(2).allMatch(bytes -> bytes.startsWith("CLVG"));
  }

  @Test
  void aShadedApplicationThatLostTheListsIsFound() throws Exception {
    String entries = String.join(File.pathSeparator, Bundle.with());
    Path lost = OneJar.withoutLists(entries, folder.resolve("lost.jar"));
    String output = run(Program.of(lost).properties(configuration()), Requiring.class);
    assertThat(line(output, "sync"))
        .contains("CONFIGURATION", "no interceptor of Claviger", "beside the SDK");
  }

  @Test
  void onTheModulePathItSealsAndRequiresIt() throws Exception {
    Modules modules = new Modules(folder.resolve("modules"));
    Program program = Program.ofModules(modules.withApplication(Bundle.with()));
    program.addModules("org.slf4j"); // which no module requires: the bundle is an automatic one
    String output =
        runNamed(program.properties(configuration()), Modules.MAIN, "sync", "copy", "async");
    assertThat(line(output, "required")).isEqualTo("required seals");
    assertSeals(output, "sync", "copy", "async");
    assertThat(stored().values()).hasSize(3).allMatch(bytes -> bytes.startsWith("CLVG"));
  }

  /** An application server or Flink: the plug-in's SDK comes before the platform's. */
  @Test
  void inAChildFirstLoaderItSealsBesideAnotherSdkInTheParent() throws Exception {
    String output = run(inLoaders(), Loaders.class, "child-first");
    assertSeals(output, "sync", "copy");
    assertThat(stored().values()).hasSize(2).allMatch(bytes -> bytes.startsWith("CLVG"));
  }

  /** Spark's {@code --jars} beside a cluster's SDK, or the {@code lib} folder of a Hadoop job. */
  @Test
  void belowTheSdkItIsFoundOut() throws Exception {
    String output = run(inLoaders(), Loaders.class, "below");
    assertThat(line(output, "sync"))
        .contains("CONFIGURATION", "no interceptor of Claviger", "beside the SDK");
    assertThat(stored()).isEmpty();
  }
}
