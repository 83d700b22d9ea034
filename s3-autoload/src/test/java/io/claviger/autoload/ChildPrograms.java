package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A store and keys for programs in processes of their own; after each, the store is searched. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ChildPrograms {
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  @TempDir static Path folder;
  S3Client plain;
  String bucket = "";

  @BeforeAll
  void start() {
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

  Map<String, String> configuration() {
    return Map.of(
        "claviger.backend_type", "Local",
        "claviger.key_dir", folder.resolve("keys").toString(),
        "claviger.master_key", "a long passphrase",
        "claviger.default_key_id", "orders",
        "claviger.allow_insecure_dev_defaults", "true");
  }

  String endpoint() {
    return TestStore.endpoint();
  }

  String run(Program program, String... ways) throws IOException, InterruptedException {
    return run(program, Unaware.class, ways);
  }

  String run(Program program, Class<?> main, String... ways)
      throws IOException, InterruptedException {
    return runNamed(program, main.getName(), ways);
  }

  String runNamed(Program program, String main, String... ways)
      throws IOException, InterruptedException {
    bucket = "bucket-" + BUCKETS.incrementAndGet();
    plain.createBucket(b -> b.bucket(bucket).overrideConfiguration(ChildPrograms::off));
    String[] args = new String[ways.length + 2];
    args[0] = endpoint();
    args[1] = bucket;
    System.arraycopy(ways, 0, args, 2, ways.length);
    return program.run(main, args);
  }

  static void off(software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration.Builder override) {
    override.putExecutionAttribute(ClavigerInterceptor.OFF, true);
  }

  Map<String, String> stored() {
    Map<String, String> objects = new HashMap<>();
    plain
        .listObjectsV2(b -> b.bucket(bucket).overrideConfiguration(ChildPrograms::off))
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
                                    .overrideConfiguration(ChildPrograms::off))
                        .asString(StandardCharsets.ISO_8859_1)));
    return objects;
  }

  @AfterEach
  void noPlaintextInTheStore() {
    stored().forEach((key, bytes) -> assertThat(bytes).as(key).doesNotContain("plaintext"));
  }

  static String line(String output, String way) {
    return output
        .lines()
        .filter(l -> l.startsWith(way + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(output));
  }
}
