package io.claviger.bulk.migrate;

import static io.claviger.s3.api.PlaintextObjects.ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Stores;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The worked examples of docs/bulk.md, as they stand there, over a bucket of this test. */
class MigrateExamplesTest {
  private static final Path DOCS = Path.of("../docs/bulk.md");
  private static final Path HERE =
      Path.of("src/test/java/io/claviger/bulk/migrate/MigrateExamplesTest.java");

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final S3Client s3 = Stores.PLAIN;
  private final ClavigerProvider provider = Stores.provider();
  private final SecretKey aesKey = S3ecObject.KEY;

  private static S3Client builder(ClavigerInterceptor interceptor) {
    return Stores.plain(interceptor);
  }

  private static void encryptAnExistingBucket(
      S3Client s3, ClavigerProvider provider, Path folder, String orders) throws IOException {
    S3Client moving = // readers and writers of the time of moving, and the job
        builder(ClavigerInterceptor.builder().provider(provider).plaintextObjects(ALLOW).build());
    Clients clients = Clients.of(s3, moving);
    Plan plan = new Plan(ListingSource.ofBucket(orders), MigrateJob.IN_PLACE, Limits.DEFAULT);
    System.out.println(BulkRunner.with(clients).estimate(plan)); // objects, requests, bytes
    RunResult first = BulkRunner.with(clients).run(plan, folder.resolve("migrate-1"));
    RunResult second = BulkRunner.with(clients).run(plan, folder.resolve("migrate-2"));
    System.out.println(second.counts()); // 0 done, 0 failed: nothing is left to do
    assertThat(first.counts().of(Status.DONE)).isEqualTo(2);
    assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(second.counts().units());
  }

  @Test
  void encryptAnExistingBucket() throws Exception {
    for (String key : new String[] {"a", "b/c"}) {
      s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(key));
    }
    encryptAnExistingBucket(s3, provider, folder, bucket);
    assertThat(Stores.SEALING.getObjectAsBytes(b -> b.bucket(bucket).key("a")).asUtf8String())
        .isEqualTo("a");
  }

  @Test
  void leaveTheS3EncryptionClient() throws Exception {
    S3ecObject theirs = S3ecObject.of("text".getBytes());
    s3.putObject(
        b -> b.bucket(bucket).key("k").metadata(theirs.metadata()),
        RequestBody.fromBytes(theirs.body()));
    S3EncryptionClientKeys keys =
        S3EncryptionClientKeys.objectsUpTo(64 << 20).aes(aesKey); // or rsa, kms
    S3Client moving =
        builder(
            ClavigerInterceptor.builder()
                .provider(provider)
                .plaintextObjects(ALLOW)
                .s3EncryptionClient(keys)
                .build());
    Plan plan = new Plan(ListingSource.ofBucket(bucket), MigrateJob.IN_PLACE, Limits.DEFAULT);
    RunResult result = BulkRunner.with(Clients.of(s3, moving)).run(plan, folder.resolve("migrate"));
    System.out.println(
        result.counts().ofCode("FromS3EncryptionClient") + " of the old client are sealed");
    assertThat(result.counts().ofCode("FromS3EncryptionClient")).isEqualTo(1);
    assertThat(Stores.SEALING.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asUtf8String())
        .isEqualTo("text");
  }

  /** Every word of the examples is in this class, so that it compiles; the bucket has its name. */
  @Test
  void theyAreTheseOfTheDocs() throws IOException {
    String docs = Files.readString(DOCS);
    String migrate = docs.substring(docs.indexOf("## Migrate")).split("\n## ", 2)[0];
    String code = words(Files.readString(HERE));
    List<String> examples =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(migrate.substring(migrate.indexOf("### Example")))
            .results()
            .map(MatchResult::group)
            .map(found -> found.replace("```java", "").replace("```", ""))
            .toList();
    assertThat(examples).hasSize(2);
    assertThat(code).contains(words(examples.get(0)).replace("\"orders\"", "orders"));
    assertThat(code).contains(words(examples.get(1)).replace("\"orders\"", "bucket"));
  }

  /** Code without white space, which a formatter decides on. */
  private static String words(String code) {
    return code.replaceAll("\\s+", "");
  }
}
