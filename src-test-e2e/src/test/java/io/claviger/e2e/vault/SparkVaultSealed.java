package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.e2e.spark.PySpark;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Spark job in whose middle Vault is sealed for half a minute. Every object takes a call to
 * Vault. Some minutes: {@code build/it SparkVaultSealed}.
 */
class SparkVaultSealed {
  private static final String BUCKET = "spark-vault-sealed";
  private static final int SEALED_SECONDS = 30;
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(5);

  @TempDir Path folder;

  private static void await(PySpark.Running job, String line) throws Exception {
    long end = System.nanoTime() + MOST_NANOS;
    while (!job.said().contains(line)) {
      assertThat(job.process().isAlive()).as("still runs: %s", job.said()).isTrue();
      assertThat(end - System.nanoTime()).as("nanoseconds left").isPositive();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void theJobWaitsForVaultAndNoTaskIsLost() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    try (VaultProcess vault = VaultProcess.plain(folder).withEngines()) {
      String token = vault.token("claviger-transit");
      KmsServiceManager service =
          Steps.running(Steps.transit(vault.address(), AuthMethod.Token.of(token)));
      service.manager().createKey("orders");
      service.stop();
      Path file = Files.writeString(folder.resolve("token"), token);
      String prefix = "spark.hadoop.fs.s3a.claviger.";
      PySpark spark =
          PySpark.sealing(PySpark.CLUSTER, S3Server.MINIO.http(), file)
              .without(prefix + "key_id")
              .without(prefix + "secret_key_file")
              .setting(prefix + "backend_type", "VaultTransit")
              .setting(prefix + "address", vault.address().toString())
              .setting(prefix + "vault_token_file", file.toString())
              .setting(prefix + "allow_insecure_dev_defaults", "true")
              .setting(prefix + "s3.bucket_keys", "false");
      try (PySpark.Running job = spark.start("batches.py", BUCKET)) {
        await(job, "BATCH 3");
        vault.seal();
        assertThat(job.process().waitFor(SEALED_SECONDS, TimeUnit.SECONDS)).isFalse();
        String meanwhile = job.said();
        vault.unseal();
        assertThat(meanwhile).doesNotContain("BATCH 19");
        assertThat(job.process().waitFor(5, TimeUnit.MINUTES)).as(meanwhile).isTrue();
        assertThat(job.said()).contains("ROWS 2000 2000 1999000").doesNotContain("Lost task");
        assertThat(job.process().exitValue()).isZero();
      }
      assertThat(vault.audited("transit/")).as("requests to Transit").isGreaterThan(40);
      System.out.println("requests to Transit: " + vault.audited("transit/"));
    }
  }
}
