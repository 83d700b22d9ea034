package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The doctor finds plaintext in a bucket of a real store. */
class DoctorIT {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void plaintextInABucket(S3Server server) throws Exception {
    String bucket = "doctor-" + ProcessHandle.current().pid();
    E2e.bucket(server, bucket);
    Claviger cli = Claviger.onFolder(folder.resolve("keys")).over(server.http()).withNewKey("a");
    cli.run(new byte[10], "put", "-", "s3://" + bucket + "/sealed").expect(0);
    assertThat(cli.run("doctor", "s3://" + bucket).expect(0).out())
        .contains("ok       store: answers", "of 1 that were looked at all")
        .containsPattern("ok +clock: this machine is \\d+ s");
    try (S3Client plain = E2e.plain(server.http())) {
      plain.putObject(b -> b.bucket(bucket).key("a folder/"), RequestBody.empty());
      plain.putObject(b -> b.bucket(bucket).key("plain"), RequestBody.fromString("plain"));
    }
    assertThat(cli.run("doctor", "s3://" + bucket).expect(9).out())
        .contains("of 3 that were looked at 1 are not sealed [plain], and 0 do not fit")
        .contains("fix: read what is not sealed with CLAVIGER_S3_PLAINTEXT_OBJECTS=ALLOW");
    assertThat(cli.run("doctor", "s3://" + bucket + "-none").expect(9).out()).contains("404");
  }
}
