package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.encryption.s3.S3EncryptionClient;

/** A bucket of plaintext and of the S3 Encryption Client is sealed by commands alone. */
class MigrateIT {
  private static final String BUCKET = "migrate-cli";
  private static final int IN_PARTS = (8 << 20) + 1;

  @TempDir Path folder;

  private String file(String name, byte[] content) throws Exception {
    return Files.write(folder.resolve(name), content).toString();
  }

  private String state(String name) {
    return folder.resolve(name + " of it").toString();
  }

  private static void put(S3Client s3, String key, byte[] body) {
    s3.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
  }

  @Test
  void aBucketIsSealedInPlace() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    Claviger cli =
        Claviger.onFolder(folder.resolve("keys")).over(S3Server.MINIO.http()).withNewKey("a");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    String pem =
        file(
            "old key.pem",
            "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded()))
                .getBytes());
    byte[] large = new byte[IN_PARTS];
    new Random(1).nextBytes(large);
    String place = "s3://" + BUCKET;
    try (S3Client plain = E2e.plain(S3Server.MINIO.http());
        S3Client theirs =
            S3EncryptionClient.builderV4()
                .wrappedClient(E2e.plain(S3Server.MINIO.http()))
                .wrappedAsyncClient(E2e.plainAsync(S3Server.MINIO.http()))
                .rsaKeyPair(pair)
                .build()) {
      plain.putBucketVersioning(
          b ->
              b.bucket(BUCKET)
                  .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      put(plain, "large", large);
      put(plain, "small", new byte[10]);
      put(theirs, "theirs", "theirs".getBytes());

      assertThat(cli.run("migrate", place, "--dry-run").expect(0).out()).contains("3 objects");
      assertThat(cli.run("migrate", place, "--folder", state("first"), "--json").expect(9).out())
          .contains("\"done\" : 2", "\"FromPlaintext\" : 2", "\"Foreign\" : 1");
      cli.run("migrate", place, "--s3ec-rsa-key-file", file("no.pem", new byte[9])).expect(3);
      assertThat(
              cli.run("migrate", place, "--folder", state("second"), "--s3ec-rsa-key-file", pem)
                  .expect(0)
                  .out())
          .contains("3 units: 1 done, 2 already so", "FromS3EncryptionClient: 1");
      assertThat(cli.run("cat", place + "/large").expect(0).bytes()).isEqualTo(large);
      assertThat(cli.run("cat", place + "/theirs").expect(0).out()).isEqualTo("theirs");
      cli.run("verify", place, "--folder", state("proof")).expect(0);

      put(plain, "more", new byte[10]);
      cli.run("migrate", place, "--purge-replaced", "--folder", state("asked")).expect(11);
      cli.run("migrate", place, "--purge-replaced", "--yes", "--folder", state("purge")).expect(0);
      assertThat(plain.listObjectVersions(b -> b.bucket(BUCKET).prefix("more")).versions())
          .hasSize(1);
      cli.run("migrate", place, "--purge-replaced", "--to-bucket", "other").expect(2);
    }
  }
}
