package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What the commands on objects do with a real store. */
@EveryServer
class ObjectsIT {
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final int PART = 16 << 20;

  @Parameter S3Server server;
  @TempDir Path folder;

  private final String bucket =
      "cli-" + ProcessHandle.current().pid() + "-" + BUCKETS.incrementAndGet();
  private S3Client plain;

  @BeforeEach
  void aBucketAndAKey() throws Exception {
    E2e.bucket(server, bucket);
    plain = E2e.plain(server.http());
    cli().run("key", "create", "orders").expect(0);
  }

  @AfterEach
  void close() {
    plain.close();
  }

  private Claviger cli() {
    return Claviger.onFolder(folder.resolve("my keys"))
        .over(server.http())
        .with("CLAVIGER_DEFAULT_KEY_ID", "orders");
  }

  private String place(String key) {
    return "s3://" + bucket + "/" + key;
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private byte[] stored(String key) {
    return plain.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
  }

  @Test
  void aFileGoesUpIsLookedAtListedAndReadBack() throws Exception {
    byte[] content = bytes(100_000);
    Path file = Files.write(folder.resolve("March 2026.csv"), content);
    assertThat(
            cli()
                .run("put", file.toString(), place("reports/"), "--content-type", "text/csv")
                .expect(0)
                .out())
        .contains(place("reports/March 2026.csv"));
    String key = "reports/March 2026.csv";
    assertThat(stored(key)).startsWith("CLVG".getBytes(StandardCharsets.US_ASCII));

    Claviger keyless = new Claviger().over(server.http());
    assertThat(keyless.run("inspect", place(key)).expect(0).out())
        .containsPattern("form +sealed")
        .containsPattern("key +orders")
        .containsPattern("keyVersion +1")
        .containsPattern("plainBytes +100000")
        .contains("sealedAs       " + place(key), "unproved");
    assertThat(cli().run("ls", place("")).expect(0).out()).contains("reports/");
    assertThat(cli().run("ls", place(""), "-r").expect(0).out()).containsPattern("100000 +" + key);
    assertThat(keyless.run("ls", place(""), "-r").expect(0).out())
        .containsPattern("100000 +" + key);
    assertThat(cli().run("ls").expect(0).out()).contains("s3://" + bucket);

    assertThat(cli().run("cat", place(key)).expect(0).bytes()).isEqualTo(content);
    assertThat(cli().run("cat", place(key), "--range", "65500-65599").expect(0).bytes())
        .isEqualTo(Arrays.copyOfRange(content, 65_500, 65_600));
    assertThat(cli().run("cat", place(key), "--range", "-7").expect(0).bytes())
        .isEqualTo(Arrays.copyOfRange(content, 99_993, 100_000));
    cli().run("cat", place(key), "--range", "7-x").expect(2);
    cli().run("cat", place(key), "--range", "7-5").expect(2);
    cli().run("cat", place(key), "--range", "100000-").expect(5);
  }

  /** One byte less than a part, a part, one more: one request, and two ways into parts. */
  @Test
  void pipesAndFilesAroundTheSizeOfAPart() throws Exception {
    for (int size : new int[] {PART - 1, PART, PART + 1}) {
      byte[] content = bytes(size);
      cli().run(content, "put", "-", place("pipe-" + size)).expect(0);
      Path file = Files.write(folder.resolve("file-" + size), content);
      cli().run("put", file.toString(), place("")).expect(0);
      for (String key : new String[] {"pipe-" + size, "file-" + size}) {
        assertThat(cli().run("cat", place(key)).expect(0).bytes()).isEqualTo(content);
        assertThat(new Claviger().over(server.http()).run("inspect", place(key)).expect(0).out())
            .containsPattern("plainBytes +" + size);
      }
    }
  }

  @Test
  void objectsAreCopiedToFilesFromFilesAndToOtherNames() throws Exception {
    byte[] content = bytes(70_000);
    Path file = Files.write(folder.resolve("a file"), content);
    cli().run("cp", file.toString(), place("one")).expect(0);
    cli().run("cp", place("one"), place("two/")).expect(0);
    cli().run("key", "create", "other").expect(0);
    cli().run("cp", place("one"), place("three"), "--key", "other").expect(0);
    assertThat(cli().run("cat", place("two/one")).expect(0).bytes()).isEqualTo(content);
    assertThat(cli().run("inspect", place("three")).expect(0).out()).containsPattern("key +other");
    cli().run("cp", place("three"), folder.toString()).expect(0);
    assertThat(folder.resolve("three")).hasBinaryContent(content);
    cli().run("cp", place("two/one"), folder.resolve("three").toString()).expect(11);
    cli().run("cp", place("one"), folder.resolve("three").toString(), "--yes").expect(0);
    assertThat(cli().run("cp", place("one"), "-").expect(0).bytes()).isEqualTo(content);
    cli().run("cp", file.toString(), folder.resolve("x").toString()).expect(2);
  }

  /** Names of every kind come back. */
  @Test
  void names() throws Exception {
    byte[] content = bytes(9);
    for (String key : new String[] {"a b", "100%25", "+&?#="}) {
      cli().run(content, "put", "-", place(key)).expect(0);
      assertThat(cli().run("cat", place(key)).expect(0).bytes()).as(key).isEqualTo(content);
      assertThat(cli().run("inspect", place(key)).expect(0).out()).contains("sealed");
    }
    assertThat(cli().run("ls", place(""), "-r").expect(0).out()).contains("a b", "100%25", "+&?#=");
    cli().run(new byte[0], "put", "-", place("empty")).expect(0);
    assertThat(cli().run("cat", place("empty")).expect(0).bytes()).isEmpty();
    assertThat(cli().run("ls", place("empty")).expect(0).out()).containsPattern(" 0 +empty");
  }

  @Test
  void whatIsNotSealedOrWasChangedIsSaid() throws Exception {
    plain.putObject(b -> b.bucket(bucket).key("plain"), RequestBody.fromString("plain"));
    assertThat(cli().run("inspect", place("plain")).expect(9).out())
        .containsPattern("form +plaintext");
    assertThat(cli().run("cat", place("plain")).expect(7).out()).isEmpty();

    cli().run(bytes(200_000), "put", "-", place("changed")).expect(0);
    var metadata = plain.headObject(b -> b.bucket(bucket).key("changed")).metadata();
    byte[] stored = stored("changed");
    stored[stored.length - 1] ^= 1;
    plain.putObject(
        b -> b.bucket(bucket).key("changed").metadata(metadata), RequestBody.fromBytes(stored));
    Claviger.Result read = cli().run("cat", place("changed")).expect(7);
    assertThat(bytes(200_000)).startsWith(read.bytes());
    assertThat(read.err()).hasLineCount(1);
    Path target = folder.resolve("target");
    cli().run("cp", place("changed"), target.toString()).expect(7);
    assertThat(target).doesNotExist();
    plain.putObject(b -> b.bucket(bucket).key("lost"), RequestBody.fromBytes(stored));
    assertThat(cli().run("inspect", place("lost")).expect(7).out()).contains("without an envelope");
  }

  @Test
  void statusesOfTheStore() throws Exception {
    assertThat(cli().run("cat", place("nothing")).expect(4).err())
        .contains(place("nothing"), "404");
    cli().run("ls", "s3://" + bucket + "-none/").expect(4);
    cli().run("inspect", place("nothing")).expect(4);
    cli().run(bytes(1), "put", "-", place("new"), "--only-new").expect(0);
    cli().run(bytes(2), "put", "-", place("new"), "--only-new").expect(5);
    assertThat(cli().run("cat", place("new")).expect(0).bytes()).isEqualTo(bytes(1));
    cli().run("put", folder.resolve("none").toString(), place("x")).expect(4);
    cli().run("put", folder.resolve("none").toString(), "nowhere").expect(2);
    Claviger.Result down =
        cli().with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1").run("ls", place(""));
    assertThat(down.expect(8).err()).contains("--endpoint-url").hasLineCount(1);
  }
}
