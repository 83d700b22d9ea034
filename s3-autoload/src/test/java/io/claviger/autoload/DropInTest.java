package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The drop-in in processes of their own; after each, the store is searched for plaintext. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DropInTest {
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  @TempDir static Path folder;
  private S3MockApplication server;
  private S3Client plain;
  private String bucket = "";

  @BeforeAll
  void start() {
    server =
        S3MockApplication.start(
            new HashMap<>(
                Map.of(
                    S3MockApplication.PROP_HTTP_PORT, 0,
                    S3MockApplication.PROP_HTTPS_PORT, 0,
                    S3MockApplication.PROP_SILENT, true)));
    plain =
        S3Client.builder()
            .endpointOverride(URI.create(endpoint()))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    KmsServiceManager keys = keys();
    keys.manager().createKey("orders");
    keys.stop();
  }

  @AfterAll
  void stop() {
    plain.close();
    server.stop();
  }

  private KmsServiceManager keys() {
    KmsServiceManager keys = new KmsServiceManager();
    keys.configure(
        KmsConfig.builder(LocalConfig.of(folder.resolve("keys"), "a long passphrase"))
            .allowInsecureDevDefaults(true)
            .build());
    keys.start();
    return keys;
  }

  private Map<String, String> configuration() {
    return Map.of(
        "claviger.backend_type", "Local",
        "claviger.key_dir", folder.resolve("keys").toString(),
        "claviger.master_key", "a long passphrase",
        "claviger.default_key_id", "orders",
        "claviger.allow_insecure_dev_defaults", "true");
  }

  private String endpoint() {
    return "http://localhost:" + server.getHttpPort();
  }

  private String run(Program program, String... ways) throws IOException, InterruptedException {
    bucket = "bucket-" + BUCKETS.incrementAndGet();
    plain.createBucket(b -> b.bucket(bucket).overrideConfiguration(DropInTest::off));
    String[] args = new String[ways.length + 2];
    args[0] = endpoint();
    args[1] = bucket;
    System.arraycopy(ways, 0, args, 2, ways.length);
    return program.run(Unaware.class, args);
  }

  private static void off(
      software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration.Builder override) {
    override.putExecutionAttribute(ClavigerInterceptor.OFF, true);
  }

  private Map<String, String> stored() {
    Map<String, String> objects = new HashMap<>();
    plain
        .listObjectsV2(b -> b.bucket(bucket).overrideConfiguration(DropInTest::off))
        .contents()
        .forEach(
            o ->
                objects.put(
                    o.key(),
                    plain
                        .getObjectAsBytes(
                            b ->
                                b.bucket(bucket)
                                    .key(o.key())
                                    .overrideConfiguration(DropInTest::off))
                        .asString(StandardCharsets.ISO_8859_1)));
    return objects;
  }

  @AfterEach
  void noPlaintextInTheStore() {
    stored().forEach((key, bytes) -> assertThat(bytes).as(key).doesNotContain("plaintext"));
  }

  private static String line(String output, String way) {
    return output
        .lines()
        .filter(l -> l.startsWith(way + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(output));
  }

  @Test
  void sealsForAProgramThatKnowsNothing() throws Exception {
    String output =
        run(
            Program.here().properties(configuration()),
            "sync",
            "copy",
            "list",
            "delete",
            "unknown-length");
    assertThat(line(output, "sync")).isEqualTo("sync OK " + Unaware.TEXT);
    assertThat(line(output, "copy")).isEqualTo("copy OK " + Unaware.TEXT);
    assertThat(line(output, "list"))
        .contains("sync a=" + Unaware.TEXT.length())
        .contains("copy=" + Unaware.TEXT.length());
    assertThat(line(output, "delete")).isEqualTo("delete OK deleted");
    assertThat(line(output, "unknown-length")).contains("REFUSED").contains("unknown length");
    assertThat(output).contains("Claviger drop-in is on");
    assertThat(stored()).containsOnlyKeys("sync a", "copy");
    assertThat(stored().values()).allMatch(bytes -> bytes.startsWith("CLVG"));
  }

  @Test
  void withoutConfigurationObjectsAreRefusedAndTheRestGoesOn() throws Exception {
    String output = run(Program.here(), "sync", "copy", "presign-put", "delete");
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
                "claviger.s3.names", "everything",
                "claviger.s3.nmaes", "object",
                "claviger.s3.accept_moved", "perhaps",
                "claviger.s3.bucket_aliases", "a",
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
  void wrongKeysOnDiskRefuse() throws Exception {
    Map<String, String> wrong = new HashMap<>(configuration());
    wrong.put("claviger.master_key", "another passphrase");
    assertThat(line(run(Program.here().properties(wrong), "sync"), "sync")).contains("REFUSED");
    assertThat(stored()).isEmpty();
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
      bucket = "bucket-" + BUCKETS.incrementAndGet();
      plain.createBucket(b -> b.bucket(bucket).overrideConfiguration(DropInTest::off));
      Program program = Program.here().properties(configured ? configuration() : Map.of());
      String output = program.run(Aware.class, endpoint(), bucket);
      assertThat(output).contains("OK " + Unaware.TEXT + " " + Unaware.TEXT.length());
      String key =
          plain
              .headObject(b -> b.bucket(bucket).key("aware").overrideConfiguration(DropInTest::off))
              .metadata()
              .get("claviger-key");
      assertThat(key).isEqualTo("own");
    }
  }

  @Test
  void onTheCrtClientItActsOrRefuses() throws Exception {
    String output = run(Program.here().properties(configuration()), "crt", "crt-file");
    for (String way : new String[] {"crt", "crt-file"}) {
      assertThat(line(output, way))
          .as("reached the interceptor")
          .containsAnyOf("OK " + Unaware.TEXT, "ClavigerS3Exception");
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

  @Test
  void presigningIsRefusedWithTheHelpersName() throws Exception {
    String output = run(Program.here().properties(configuration()), "presign-put");
    assertThat(line(output, "presign-put")).contains("REFUSED").contains("SealedUpload");
  }
}
