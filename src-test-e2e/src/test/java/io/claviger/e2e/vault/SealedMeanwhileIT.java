package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.config.AuthMethod;
import io.claviger.e2e.bulk.Watching;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A re-wrap in whose middle Vault is sealed: it waits, and goes on when Vault is unsealed. */
class SealedMeanwhileIT {
  private static final String BUCKET = "sealed-meanwhile";
  private static final String KEY = "k";
  private static final int OBJECTS = 120;
  private static final int BEFORE = 30;
  private static final int WAITS = 10;

  @TempDir Path folder;

  @Test
  void theRunWaitsAndNoObjectFails() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    ExecutorService running = Executors.newSingleThreadExecutor();
    try (VaultProcess vault = VaultProcess.plain(folder).withEngines()) {
      KmsServiceManager service =
          Steps.running(
              Steps.transit(vault.address(), AuthMethod.Token.of(vault.token("claviger-transit"))),
              config -> config.timeout(Duration.ofSeconds(5)).defaultKeyId(KEY));
      service.manager().createKey(KEY);
      try (S3Client plain = E2e.plain(S3Server.MINIO.http());
          S3Client sealing =
              E2e.plain(
                  S3Server.MINIO.http(),
                  ClavigerInterceptor.builder()
                      .provider(new ClavigerProvider(service))
                      .httpClient(E2e.trusting())
                      .build())) {
        for (int i = 0; i < OBJECTS; i++) {
          String key = "o/" + i;
          sealing.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString("text"));
        }
        service.manager().rotateKey(KEY);
        Plan plan =
            new Plan(
                ListingSource.ofBucket(BUCKET),
                RewrapJob.toCurrentVersions(),
                Limits.DEFAULT.threads(4, 2));
        Clients clients = Clients.of(plain, sealing);
        Watching watching = new Watching(BEFORE, WAITS);
        Future<RunResult> run =
            running.submit(
                () -> BulkRunner.with(clients).listener(watching).run(plan, folder.resolve("run")));
        watching.awaitDone();
        vault.seal();
        watching.awaitWaits();
        assertThat(run.isDone()).isFalse();
        assertThat(watching.sentences()).anyMatch(said -> said.contains("sealed"));
        vault.unseal();
        RunResult result = run.get(Watching.MOST_SECONDS, TimeUnit.SECONDS);
        assertThat(result.stopped()).isEmpty();
        assertThat(result.counts().of(Status.DONE)).isEqualTo(OBJECTS);
        RunResult second = BulkRunner.with(clients).run(plan, folder.resolve("second"));
        assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
        assertThat(second.counts().ofGroup(KEY + " v2")).isEqualTo(OBJECTS);
        assertThat(second.keyCalls()).isEqualTo(1);
      }
    } finally {
      running.shutdownNow();
    }
  }
}
