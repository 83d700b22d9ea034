package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of the JCA provider as they stand. */
class JcaExamplesTest {
  @TempDir Path folder;

  /** A main method. */
  private interface Main {
    void run() throws Exception;
  }

  private static String outputOf(Main main) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      main.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void jcaLocalKey() throws Exception {
    assertThat(outputOf(() -> JcaLocalKey.main(new String[0])))
        .contains("Claviger: registered at place")
        .contains("has an encoding: false")
        .contains("sealed by Claviger: ")
        .contains("opened: a letter");
  }

  @Test
  void keyStoreTour() throws Exception {
    assertThat(outputOf(() -> KeyStoreTour.main(new String[0])))
        .contains("KmsKey[orders v1]")
        .contains("KmsKey[signing v1]")
        .contains("sealed 116 bytes")
        .contains("signed 32 bytes")
        .contains("orders is an entry: false, destroyed at 2")
        .contains("orders is an entry: true");
  }

  private int encryptFile(String... args) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 3);
    all[args.length] = "--keys";
    all[args.length + 1] = folder.resolve("keys").toString();
    all[args.length + 2] = "--allow-insecure-dev-defaults";
    return EncryptFile.run(all);
  }

  @Test
  void encryptFile() throws Exception {
    byte[] content = new byte[3_000_001];
    new Random(1).nextBytes(content);
    Path plain = Files.write(folder.resolve("plain"), content);
    Path sealed = folder.resolve("sealed");
    Path opened = folder.resolve("opened");
    String output =
        outputOf(
            () -> assertThat(encryptFile("encrypt", plain.toString(), sealed.toString())).isZero());
    assertThat(output).contains("[" + "#".repeat(40) + "] 100 %");
    assertThat(encryptFile("decrypt", sealed.toString(), opened.toString())).isZero();
    assertThat(opened).hasBinaryContent(content);

    byte[] changed = Files.readAllBytes(sealed);
    changed[changed.length - 1] ^= 1;
    Files.write(sealed, changed);
    Path refused = folder.resolve("refused");
    assertThat(encryptFile("decrypt", sealed.toString(), refused.toString())).isNotZero();
    assertThat(refused).doesNotExist();
    assertThat(folder.resolve("refused.part")).doesNotExist();
  }

  /** 512 MiB there and back with a heap of 64 MiB, in a JVM of its own. */
  @Test
  void encryptFileInASmallHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                EncryptFile.class.getName(),
                "trial",
                "512",
                "--keys",
                folder.resolve("keys").toString(),
                "--allow-insecure-dev-defaults")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("536,870,912 bytes sealed and opened").contains(", same");
  }
}
