package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Processes of their own, with the class path of these tests. */
final class ChildJvm {
  /** A question of a program gets the end of input as its answer, so that none waits for ever. */
  private static final File NOTHING =
      new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");

  private ChildJvm() {}

  static final String CLASS_PATH = System.getProperty("java.class.path");

  /** Homes of the JDKs to try: the running one, and another where a system property names it. */
  static List<String> homes() {
    List<String> homes = new ArrayList<>(List.of(System.getProperty("java.home")));
    String other = System.getProperty("claviger.test.other.jdk", "");
    if (!other.isEmpty()) {
      homes.add(other);
    }
    return homes;
  }

  static String java(String home, List<String> options, String... main) throws Exception {
    List<String> command = new ArrayList<>(List.of(home + "/bin/java", "-Xmx128m"));
    command.addAll(options);
    command.addAll(List.of(main));
    return run(command);
  }

  static String keytool(String home, String[] what, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(home + "/bin/keytool"));
    command.addAll(List.of("-J-cp", "-J" + CLASS_PATH));
    command.addAll(List.of(what));
    command.addAll(List.of(options));
    return run(command);
  }

  private static String run(List<String> command) throws Exception {
    Ended ended = ended(command);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  /** How a process ended. */
  record Ended(int status, String output) {}

  /** Runs a program that may end with any status. */
  static Ended ended(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(NOTHING).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
