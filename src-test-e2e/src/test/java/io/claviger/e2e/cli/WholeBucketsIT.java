package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Proof and re-wrap of a bucket as commands; what they find is the jobs' affair. */
class WholeBucketsIT {
  private static final int IN_PARTS = (9 << 20) + 1;

  @TempDir Path folder;
  private String bucket;

  private String state(String name) {
    return folder.resolve(name + " of it").toString();
  }

  @ParameterizedTest
  @EnumSource
  void aBucketIsProvedAndTakenToTheNewVersion(S3Server server) throws Exception {
    bucket = "whole-cli-" + ProcessHandle.current().pid();
    E2e.bucket(server, bucket);
    Claviger cli = Claviger.onFolder(folder.resolve("keys")).over(server.http()).withNewKey("a");
    cli.run("key", "create", "b").expect(0);
    byte[] large = new byte[IN_PARTS];
    new Random(1).nextBytes(large);
    String place = "s3://" + bucket;
    cli.run(large, "put", "-", place + "/large").expect(0);
    cli.run(new byte[10], "put", "-", place + "/small").expect(0);
    cli.run(new byte[0], "put", "-", place + "/empty").expect(0);

    assertThat(cli.run("verify", place, "--folder", state("proof")).expect(0).out())
        .contains("3 units: 3 done");
    assertThat(cli.run("verify", place, "--quick", "--dry-run").expect(0).out())
        .contains("3 objects", "at most 9 reads, ");
    cli.run("key", "rotate", "a").expect(0);
    assertThat(cli.run("rewrap", place, "--folder", state("rewrap"), "--json").expect(0).out())
        .contains("\"complete\" : true", "\"done\" : 3");
    assertThat(cli.run("rewrap", place, "--folder", state("again"), "--json").expect(0).out())
        .contains("\"done\" : 0", "\"already_so\" : 3");
    assertThat(cli.run("audit", place, "--folder", state("audit")).expect(0).out())
        .contains("key a v2: 3");
    cli.run("rewrap", place, "--to-key", "b", "--folder", state("to b")).expect(0);
    assertThat(cli.run("cat", place + "/large").expect(0).bytes()).isEqualTo(large);

    try (S3Client plain = E2e.plain(server.http())) {
      flip(plain, "small");
      plain.putObject(b -> b.bucket(bucket).key("plain"), RequestBody.fromString("plain"));
    }
    assertThat(cli.run("verify", place, "--folder", state("found")).expect(9).out())
        .contains("4 units: 2 done");
    assertThat(Files.readString(Path.of(state("found"), "report.csv")))
        .contains("plain", "Plaintext", "small");
  }

  private void flip(S3Client plain, String key) {
    HeadObjectResponse head = plain.headObject(b -> b.bucket(bucket).key(key));
    byte[] stored = plain.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
    stored[stored.length - 1] ^= 1;
    plain.putObject(
        b -> b.bucket(bucket).key(key).contentType(head.contentType()).metadata(head.metadata()),
        RequestBody.fromBytes(stored));
  }
}
