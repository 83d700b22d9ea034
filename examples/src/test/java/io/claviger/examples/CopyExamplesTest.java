package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Runs the examples of copies and encryption parameters as they stand. */
class CopyExamplesTest {
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
  void sseParameters() throws Exception {
    assertThat(outputOf(() -> SseParameters.main(new String[0])))
        .contains("sse-s3: AES256")
        .contains("sse-kms: aws:kms orders")
        .contains("sse-c: under the customer's own key")
        .contains("sse-c without its key: status 400")
        .contains("claviger-bk");
  }

  @Test
  void rewrap() throws Exception {
    assertThat(outputOf(() -> Rewrap.main(new String[0])))
        .contains("letters/3 is sealed under the new version")
        .contains("letters/1 is sealed under key 2027")
        .contains("archive/2: letter letters/2");
  }

  @Test
  void dropInStartedWithTheArtifactBesideIt() throws Exception {
    Path keyFolder = folder.resolve("keys");
    KmsServiceManager keys = new KmsServiceManager();
    keys.configure(
        KmsConfig.builder(LocalConfig.of(keyFolder, "a passphrase of the example"))
            .allowInsecureDevDefaults(true)
            .build());
    keys.start();
    keys.manager().createKey("orders");
    keys.stop();
    try (Store store = Store.open(null);
        S3Client plain = store.client()) {
      plain.createBucket(b -> b.bucket("unaware"));
      String output = start(store.endpoint().toString(), keyFolder);
      assertThat(output)
          .contains("letters/hello.txt has 12 bytes")
          .contains("read back: hello, store");
      byte[] stored =
          plain.getObjectAsBytes(b -> b.bucket("unaware").key("letters/hello.txt")).asByteArray();
      assertThat(stored).startsWith('C', 'L', 'V', 'G').hasSize(98 + 32 + 12);
    }
  }

  private String start(String endpoint, Path keyFolder) throws Exception {
    Path output = folder.resolve("output");
    Path artifact = Path.of("..", "s3-autoload", "src", "main", "resources");
    assertThat(artifact).isDirectory();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + artifact,
                "-Dclaviger.backend_type=Local",
                "-Dclaviger.key_dir=" + keyFolder,
                "-Dclaviger.master_key=a passphrase of the example",
                "-Dclaviger.default_key_id=orders",
                "-Dclaviger.allow_insecure_dev_defaults=true",
                DropIn.class.getName(),
                endpoint,
                "unaware")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }
}
