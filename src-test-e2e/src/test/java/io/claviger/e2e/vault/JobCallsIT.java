package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.config.AuthMethod;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.MinioServer;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job of several processes asks of Vault's Transit with the defaults: 2,000 objects, half of
 * them uploaded in parts, counted in Vault's audit log for each process.
 */
class JobCallsIT {
  private static final int PROCESSES = 4;
  private static final int OBJECTS = 2_000;
  private static final int MOST_CALLS = 20;
  private static final String BUCKET = "job-calls";
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path folder;
  private static VaultProcess vault;
  private static URI store;

  @BeforeAll
  static void start() {
    vault = VaultProcess.plain(folder).withEngines();
    store = MinioServer.http();
    E2e.plain(store).createBucket(b -> b.bucket(BUCKET));
    KmsServiceManager service =
        Steps.running(Steps.transit(vault.address(), AuthMethod.Token.of(token())));
    service.manager().createKey("k");
    service.stop();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  private static String token() {
    return vault.token("claviger-transit");
  }

  /** Runs all processes at the same time, each with a token of its own. */
  private static void run(String what) throws Exception {
    List<Process> running = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    int share = OBJECTS / PROCESSES;
    for (int i = 0; i < PROCESSES; i++) {
      Path output = folder.resolve(what + i + ".out");
      outputs.add(output);
      running.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  JobCalls.class.getName(),
                  vault.address().toString(),
                  token(),
                  store.toString(),
                  BUCKET,
                  what,
                  Integer.toString(i * share),
                  Integer.toString((i + 1) * share))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start());
    }
    try {
      for (int i = 0; i < PROCESSES; i++) {
        assertThat(running.get(i).waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(running.get(i).exitValue()).as(Files.readString(outputs.get(i))).isZero();
      }
    } finally {
      running.forEach(Process::destroyForcibly);
    }
  }

  /** Returns the requests of each token, those that make tokens left out. */
  private static Map<String, Integer> requests() throws IOException {
    Map<String, Integer> byToken = new HashMap<>();
    for (String line : Files.readAllLines(vault.auditLog())) {
      JsonNode entry = JSON.readTree(line);
      String path = entry.path("request").path("path").asText();
      if (entry.path("type").asText().equals("request") && !path.startsWith("auth/token/create")) {
        byToken.merge(entry.path("auth").path("client_token").asText(), 1, Integer::sum);
      }
    }
    return byToken;
  }

  private static Map<String, Integer> counted(String what) throws Exception {
    Map<String, Integer> before = requests();
    run(what);
    Map<String, Integer> after = requests();
    after.keySet().removeAll(before.keySet());
    return after;
  }

  @Test
  void aProcessAsksFewerThanTwentyTimes() throws Exception {
    Map<String, Integer> writing = counted("write");
    Map<String, Integer> reading = counted("read");
    System.out.printf(
        "requests to Vault: %s writing, %s reading%n", writing.values(), reading.values());
    assertThat(writing.values()).hasSize(PROCESSES).allMatch(calls -> calls <= MOST_CALLS);
    assertThat(reading.values()).hasSize(PROCESSES).allMatch(calls -> calls <= MOST_CALLS);
  }
}
