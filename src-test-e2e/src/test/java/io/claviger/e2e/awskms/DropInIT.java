package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.jca.SelfCheck;
import io.claviger.service.KmsServiceManager;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Programs that stay as they are, and the self-check, with keys in AWS KMS by environment alone.
 */
class DropInIT {
  private static final String BUCKET = "aws-kms-drop-in";
  private static final String HANDLERS = "software/amazon/awssdk/%s/execution.interceptors";

  private final String account = KmsServer.freshAccount();

  /** What claviger-s3-autoload puts on the class path, for S3 and for every other client. */
  private static Path dropIn(Path folder) throws IOException {
    for (String where : new String[] {"services/s3", "global/handlers"}) {
      Path file = folder.resolve(HANDLERS.formatted(where));
      Files.createDirectories(file.getParent());
      Files.writeString(file, "io.claviger.s3.ClavigerDropIn\n");
    }
    return folder;
  }

  private String run(Path folder, Class<?> program, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                dropIn(folder) + File.pathSeparator + System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("CLAVIGER_"));
    environment.put("CLAVIGER_BACKEND_TYPE", "AWS");
    environment.put("CLAVIGER_REGION", KmsServer.REGION);
    environment.put("CLAVIGER_ENDPOINT_URL", KmsServer.LOCALSTACK.http().toString());
    environment.put("CLAVIGER_AWS_ACCESS_KEY_ID", account);
    environment.put("CLAVIGER_AWS_SECRET_ACCESS_KEY", "secret");
    environment.put("CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true");
    environment.put("CLAVIGER_DEFAULT_KEY_ID", "orders");
    environment.put("AWS_ACCESS_KEY_ID", "claviger");
    environment.put("AWS_SECRET_ACCESS_KEY", "claviger-e2e");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  private String makeKey() {
    KmsServiceManager service = Services.running(KmsServer.LOCALSTACK.configOf(account));
    String arn = service.manager().createKey("orders").keyId();
    service.stop();
    return arn;
  }

  @Test
  void anUnchangedProgramSealsUnderAKeyOfAwsKms(@TempDir Path folder) throws Exception {
    String arn = makeKey();
    URI store = KmsServer.LOCALSTACK.http();
    try (S3Client plain = E2e.plain(store)) {
      plain.createBucket(b -> b.bucket(BUCKET));
      String output = run(folder, UnchangedProgram.class, store.toString(), BUCKET, "o");
      assertThat(output).contains("plain text");
      Map<String, String> metadata = plain.headObject(b -> b.bucket(BUCKET).key("o")).metadata();
      assertThat(metadata.get("claviger-key")).endsWith(arn.substring(arn.indexOf('/') + 1));
      assertThat(plain.getObjectAsBytes(b -> b.bucket(BUCKET).key("o")).asByteArray())
          .hasSizeGreaterThan("plain text".length());
    }
  }

  @Test
  void theSelfCheckAsksAwsKms(@TempDir Path folder) throws Exception {
    makeKey();
    assertThat(run(folder, SelfCheck.class, "-"))
        .contains("key service (backend AWS) answers")
        .doesNotContain("secret");
  }
}
