package io.claviger.bulk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.source.ListingSource;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.BackendSettings;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What is sent to another process is enough there, and no secret is in it. */
class OtherProcessTest {
  private static final int OBJECTS = 20;
  private static final String KEY = "orders";
  private static final String PASSPHRASE = "a passphrase of the keys";
  private static final String SECRET = "a-secret-of-the-store";

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final ClientSettings settings =
      ClientSettings.OF_PROCESS
          .endpoint(Stores.endpoint(), "us-east-1")
          .option("metadata", "refuse");

  /** Puts sealed objects and rotates their key. */
  private void put() {
    LocalKeyFolder keys = LocalKeyFolder.open(LocalConfig.of(folder.resolve("keys"), PASSPHRASE));
    KmsServiceManager service =
        KmsServiceManager.running(keys.backend(BackendSettings.DEFAULT), KEY);
    service.manager().ensureKey(KEY);
    try (S3Client s3 =
        Stores.plain(
            ClavigerInterceptor.builder().provider(new ClavigerProvider(service)).build())) {
      for (int i = 0; i < OBJECTS; i++) {
        String key = "o/" + i;
        s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("text"));
      }
    }
    service.manager().rotateKey(KEY);
    service.stop();
    keys.close();
  }

  private RunResult run(Plan plan, String name, Map<String, String> keys) throws Exception {
    Path sent = folder.resolve(name + ".plan");
    Path result = folder.resolve(name + ".result");
    OtherProcess.write(sent, settings, plan);
    String bytes = new String(Files.readAllBytes(sent), ISO_8859_1);
    assertThat(bytes).contains(bucket).doesNotContain(PASSPHRASE).doesNotContain(SECRET);
    ProcessBuilder child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OtherProcess.class.getName(),
                sent.toString(),
                folder.resolve(name).toString(),
                result.toString())
            .redirectErrorStream(true);
    child.environment().putAll(Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", SECRET));
    child.environment().putAll(keys);
    Process process = child.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("made once");
    return read(result);
  }

  private static RunResult read(Path file) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      return (RunResult) in.readObject();
    }
  }

  @Test
  void aPlanIsCarriedOutWithTheKeysOfTheOtherProcess() throws Exception {
    put();
    Map<String, String> keys =
        Map.of(
            "CLAVIGER_BACKEND_TYPE",
            "Local",
            "CLAVIGER_KEY_DIR",
            folder.resolve("keys").toString(),
            "CLAVIGER_MASTER_KEY",
            PASSPHRASE,
            "CLAVIGER_DEFAULT_KEY_ID",
            KEY,
            "CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS",
            "true");
    ListingSource source = ListingSource.ofBucket(bucket);
    Plan rewrap = new Plan(source, RewrapJob.toCurrentVersions(), Limits.DEFAULT);
    RunResult result = run(rewrap, "rewrap", keys);
    assertThat(result.stopped()).isEmpty();
    assertThat(result.counts().of(Status.DONE)).isEqualTo(OBJECTS);
    RunResult audit = run(new Plan(source, AuditJob.DEFAULT, Limits.DEFAULT), "audit", keys);
    assertThat(audit.counts().byGroup()).isEqualTo(Map.of(KEY + " v2", (long) OBJECTS));
  }

  @Test
  void clientsAreMadeWhenTheyAreNeededAndOnce() {
    Counting source = new Counting(bucket);
    Clients clients = Clients.once(source);
    assertThat(Counting.MADE).isEmpty();
    assertThat(clients.stored()).isSameAs(Clients.once(new Counting(bucket)).stored());
    assertThat(Counting.MADE).as("no key service for a job without keys").containsOnly("stored");
    assertThat(clients.sealing("a test")).isSameAs(Stores.SEALING);
    assertThat(Counting.MADE).containsExactly("stored", "sealing");
  }

  private record Counting(String name) implements ClientSource {
    private static final long serialVersionUID = 1L;
    private static final List<String> MADE = new java.util.ArrayList<>();

    @Override
    public S3Client stored() {
      MADE.add("stored");
      return Stores.PLAIN;
    }

    @Override
    public S3Client sealing() {
      MADE.add("sealing");
      return Stores.SEALING;
    }
  }

  @Test
  void anEndpointHoldsNoPassword() {
    URI endpoint = URI.create("http://user:" + SECRET + "@store.example:9000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.OF_PROCESS.endpoint(endpoint, "us-east-1"))
        .withMessageContaining("store.example")
        .withMessageContaining("Leave them out")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
  }
}
