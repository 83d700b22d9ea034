package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The audit as a command; what it finds is the job's affair (io.claviger.e2e.bulk). */
class AuditIT {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whatIsNotSealedIsFoundWithoutAKey(S3Server server) throws Exception {
    String bucket = "audit-cli-" + ProcessHandle.current().pid();
    E2e.bucket(server, bucket);
    Claviger cli = Claviger.onFolder(folder.resolve("keys")).over(server.http()).withNewKey("a");
    String place = "s3://" + bucket;
    cli.run(new byte[10], "put", "-", place + "/x/sealed").expect(0);

    Claviger keyless = new Claviger().over(server.http());
    String first = folder.resolve("first audit").toString();
    assertThat(keyless.run("audit", place, "--folder", first).expect(0).out())
        .contains("1 units: 1 done", "key a v1: 1");
    try (S3Client plain = E2e.plain(server.http())) {
      plain.putObject(b -> b.bucket(bucket).key("plain"), RequestBody.fromString("plain"));
    }
    String second = folder.resolve("second").toString();
    assertThat(keyless.run("audit", place, "--folder", second, "--json").expect(9).out())
        .contains("\"complete\" : true", "\"Plaintext\" : 1", "\"a v1\" : 1");
    assertThat(Files.readString(folder.resolve("second/report.csv")))
        .contains("plain", "Plaintext");
    assertThat(keyless.run("audit", place + "/x/", "--folder", second).expect(10).err())
        .contains("another run");
    assertThat(keyless.run("audit", place, "--dry-run", "--prices", "1000,0,0,0").expect(0).out())
        .contains("2 objects", "price: 2.00");
    keyless.run("audit", place, "--dry-run", "--prices", "1,2").expect(2);
    keyless.run("audit", place, "--threads", "0").expect(2);
  }
}
