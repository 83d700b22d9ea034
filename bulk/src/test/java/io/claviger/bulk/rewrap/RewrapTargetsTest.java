package io.claviger.bulk.rewrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Stores;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.ClavigerInterceptorBuilder;
import io.claviger.s3.rules.KeyRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What objects should have: key rules, another context, other names, as the job names them. */
class RewrapTargetsTest {
  private static final Map<String, String> TENANT = Map.of("tenant", "7");

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final String other = bucket + "-other";
  private int runs;

  private static S3Client client(UnaryOperator<ClavigerInterceptorBuilder> options) {
    return Stores.plain(
        options
            .apply(ClavigerInterceptor.builder().provider(Stores.provider()).keyId(Stores.KEY))
            .build());
  }

  private RunResult run(RewrapJob job, String prefix, S3Client sealing) throws IOException {
    Plan plan =
        new Plan(
            new ListingSource(bucket, prefix, false),
            job,
            Limits.DEFAULT.threads(4, 2).failures(1, 100));
    RunResult result =
        BulkRunner.with(Clients.of(Stores.PLAIN, sealing))
            .run(plan, folder.resolve("run" + runs++));
    assertThat(result.stopped()).isEmpty();
    return result;
  }

  /** Each run does all that is to do, and the next one finds nothing. */
  private void done(long expected, RewrapJob job, S3Client sealing) throws IOException {
    assertThat(run(job, "", sealing).counts().of(Status.DONE)).isEqualTo(expected);
    assertThat(run(job, "", sealing).counts().of(Status.DONE)).as("again").isZero();
  }

  private void put(S3Client s3, String... keys) {
    for (String key : keys) {
      s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("text of " + key));
    }
  }

  private String text(S3Client s3, String key) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
  }

  private String field(String key, String name) {
    return Stores.PLAIN.headObject(b -> b.bucket(bucket).key(key)).metadata().get(name);
  }

  private Map<String, String> context(String key) {
    return field(key, "claviger-ctx") == null
        ? Map.of()
        : io.claviger.format.CanonicalContext.decode(
            Base64.getDecoder().decode(field(key, "claviger-ctx")));
  }

  @Test
  void onlyWhatIsBelowThePrefixGetsAnotherKey() throws IOException {
    put(Stores.SEALING, "p/1", "p/2 +ü", "q");
    Stores.keys().createKey(other);
    assertThat(run(RewrapJob.toKey(other), "p/", Stores.SEALING).counts().of(Status.DONE))
        .isEqualTo(2);
    assertThat(field("p/2 +ü", "claviger-key")).isEqualTo(other);
    assertThat(text(Stores.SEALING, "p/2 +ü")).isEqualTo("text of p/2 +ü");
    assertThat(field("q", "claviger-key")).isEqualTo(Stores.KEY);
  }

  /** Rules that were changed are applied to what is there; another key than theirs is refused. */
  @Test
  void keyRulesAreApplied() throws IOException {
    put(Stores.SEALING, "tenant-7/a", "tenant-8/a", "else");
    Stores.keys().createKey(other);
    S3Client ruled =
        client(
            b ->
                b.keyRules(
                    KeyRules.parse(
                        "s3://%s/tenant-(*)/** -> %s {tenant=$1}".formatted(bucket, other))));
    done(2, RewrapJob.toCurrentVersions(), ruled);
    assertThat(field("tenant-7/a", "claviger-key")).isEqualTo(other);
    assertThat(context("tenant-7/a")).isEqualTo(TENANT);
    assertThat(text(ruled, "tenant-8/a")).isEqualTo("text of tenant-8/a");
    assertThat(field("else", "claviger-key")).isEqualTo(Stores.KEY);
    RunResult refused = run(RewrapJob.toKey(Stores.KEY), "", ruled);
    assertThat(refused.counts().ofCode("BAD_REQUEST")).isEqualTo(2);
    assertThat(refused.counts().of(Status.ALREADY_SO)).isEqualTo(1);
  }

  @Test
  void anotherContext() throws IOException {
    S3Client s3 = client(b -> b.encryptionContext(EncryptionContext.of(Map.of("was", "there"))));
    put(s3, "a", "b");
    done(0, RewrapJob.toCurrentVersions(), Stores.SEALING);
    done(2, RewrapJob.toCurrentVersions().toContext(TENANT), Stores.SEALING);
    assertThat(context("a")).isEqualTo(TENANT);
    assertThat(text(Stores.SEALING, "a")).isEqualTo("text of a");
    done(2, RewrapJob.toCurrentVersions().toContext(Map.of()), Stores.SEALING);
    assertThat(context("b")).isEmpty();
  }

  @Test
  void otherNames() throws IOException {
    put(Stores.SEALING, "a", "b");
    S3Client lenient = client(b -> b.names(NameBinding.BUCKET));
    done(2, RewrapJob.toCurrentVersions(), lenient);
    assertThat(field("a", "claviger")).isEqualTo("1;single;names=bucket");
    done(2, RewrapJob.toCurrentVersions().toNames(NameBinding.OBJECT), lenient);
    assertThat(text(Stores.SEALING, "a")).isEqualTo("text of a");
  }

  /** Bytes and metadata that another tool copied under another name do not open there. */
  @Test
  void objectsThatWereMovedAreSealedForTheirNameOnlyByAClientThatAcceptsThem() throws IOException {
    put(Stores.SEALING, "a", "b");
    Stores.PLAIN.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey("a")
                .destinationBucket(bucket)
                .destinationKey("moved"));
    RunResult refused = run(RewrapJob.toCurrentVersions(), "", Stores.SEALING);
    assertThat(refused.counts().of(Status.FAILED)).isEqualTo(1);
    assertThat(refused.counts().of(Status.ALREADY_SO)).as("the rest goes on").isEqualTo(2);
    done(1, RewrapJob.toCurrentVersions(), client(b -> b.acceptMoved(true)));
    assertThat(text(Stores.SEALING, "moved")).isEqualTo("text of a");
    Plan audit = new Plan(ListingSource.ofBucket(bucket), AuditJob.DEFAULT, Limits.DEFAULT);
    assertThat(
            BulkRunner.with(Clients.withoutKeys(Stores.PLAIN))
                .run(audit, folder.resolve("audit"))
                .counts()
                .of(Status.DONE))
        .isEqualTo(3);
  }

  @Test
  void whereKeysAreNotToBeHadEachObjectHasARowAndIsLeft() throws IOException {
    put(Stores.SEALING, "a", "b");
    Stores.keys().createKey(other);
    S3Client picky = client(b -> b.trustedKeyIds(other));
    RunResult result = run(RewrapJob.toKey(other), "", picky);
    assertThat(result.counts().of(Status.FAILED)).isEqualTo(2);
    assertThat(field("a", "claviger-key")).isEqualTo(Stores.KEY);
    assertThat(text(Stores.SEALING, "b")).isEqualTo("text of b");
  }

  @Test
  void largerObjectsAreCopiedInRangesOfTheLimit() throws IOException {
    byte[] large = new byte[(11 << 20) + 5];
    large[7 << 20] = 1;
    Stores.SEALING.putObject(b -> b.bucket(bucket).key("large"), RequestBody.fromBytes(large));
    put(Stores.SEALING, "small");
    Stores.keys().createKey(other);
    done(2, RewrapJob.toKey(other).withLimits(8 << 20, 5 << 20), Stores.SEALING);
    assertThat(Stores.SEALING.getObjectAsBytes(b -> b.bucket(bucket).key("large")).asByteArray())
        .isEqualTo(large);
    assertThat(Stores.PLAIN.headObject(b -> b.bucket(bucket).key("large")).eTag()).contains("-3");
  }

  @Test
  void namesOfJobsTellThemApart() {
    RewrapJob job = RewrapJob.toCurrentVersions();
    assertThat(
            List.of(
                job.name(),
                RewrapJob.toKey("k").name(),
                job.toContext(Map.of("b", "2", "a", "1")).name(),
                RewrapJob.toKey("k").toNames(NameBinding.NONE).name()))
        .containsExactly(
            "rewrap", "rewrap to k", "rewrap with context {a=1, b=2}", "rewrap to k binding NONE");
  }
}
