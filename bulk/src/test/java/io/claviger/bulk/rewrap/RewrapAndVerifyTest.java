package io.claviger.bulk.rewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A rotation is followed once, nothing is written twice, and what is forged is found by keys. */
class RewrapAndVerifyTest {
  private static final int OBJECTS = 30;

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final String key = bucket + "-key";
  private final AtomicInteger heads = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();
  private final S3Client stored = Stores.plain(new Counting());
  private final S3Client sealing = Stores.sealing(key);
  private final Clients clients = Clients.of(stored, sealing);
  private int runs;

  private final class Counting implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      boolean head = context.httpRequest().method() == SdkHttpMethod.HEAD;
      boolean list = context.request().getClass().getSimpleName().startsWith("List");
      (head ? heads : others).addAndGet(list ? 0 : 1);
    }
  }

  private RunResult run(Job job) throws IOException {
    Plan plan = new Plan(ListingSource.ofBucket(bucket), job, Limits.DEFAULT);
    return BulkRunner.with(clients).run(plan, folder.resolve("run" + runs++));
  }

  private void put(S3Client s3, String name, int bytes) {
    s3.putObject(
        b -> b.bucket(bucket).key(name).metadata(Map.of("mine", "1")),
        RequestBody.fromBytes(new byte[bytes]));
  }

  private void putAll() {
    for (int i = 0; i < OBJECTS; i++) {
      put(sealing, "p/" + i, i * 3_000);
    }
    put(Stores.PLAIN, "p/plain", 100);
    put(Stores.PLAIN, "p/", 0);
  }

  @Test
  void aRotationIsFollowedAndASecondRunWritesNothing() throws IOException {
    putAll();
    assertThat(run(AuditJob.DEFAULT).counts().ofGroup(key + " v1")).isEqualTo(OBJECTS);
    Stores.keys().rotateKey(key);
    RunResult first = run(RewrapJob.toCurrentVersions());
    assertThat(first.stopped()).isEmpty();
    assertThat(first.counts().of(Status.DONE)).isEqualTo(OBJECTS);
    assertThat(first.counts().ofCode("Plaintext")).as("reported, not skipped").isEqualTo(1);
    assertThat(first.counts().ofCode("DirectoryMarker")).isEqualTo(1);
    assertThat(run(AuditJob.DEFAULT).counts().byGroup())
        .isEqualTo(Map.of(key + " v2", (long) OBJECTS));
    heads.set(0);
    others.set(0);
    RunResult second = run(RewrapJob.toCurrentVersions());
    assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
    assertThat(second.counts().ofGroup(key + " v2")).isEqualTo(OBJECTS);
    assertThat(second.keyCalls()).as("one describe").isEqualTo(1);
    assertThat(heads).hasValue(OBJECTS + 2);
    assertThat(others).as("writes and reads").hasValue(0);
    assertThat(run(VerifyJob.WHOLE).counts().of(Status.DONE)).isEqualTo(OBJECTS);
    assertThat(run(VerifyJob.QUICK).counts().of(Status.DONE)).isEqualTo(OBJECTS);
  }

  @Test
  void anotherMasterKey() throws IOException {
    putAll();
    String other = key + "-other";
    Stores.keys().createKey(other);
    Job job = RewrapJob.toKey(other);
    assertThat(run(job).counts().of(Status.DONE)).isEqualTo(OBJECTS);
    assertThat(run(job).counts().of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
    assertThat(run(AuditJob.DEFAULT).counts().ofGroup(other + " v1")).isEqualTo(OBJECTS);
  }

  /** What passes an audit, as the docs say, does not pass a proof. */
  @Test
  void aForgedFormIsRefusedByVerify() throws IOException {
    put(sealing, "good", 200_000);
    put(sealing, "forged", 200_000);
    ResponseBytes<GetObjectResponse> forged =
        Stores.PLAIN.getObjectAsBytes(b -> b.bucket(bucket).key("forged"));
    byte[] body = forged.asByteArray();
    body[100_000] ^= 1;
    Stores.PLAIN.putObject(
        b -> b.bucket(bucket).key("forged").metadata(forged.response().metadata()),
        RequestBody.fromBytes(body));
    assertThat(run(AuditJob.DEFAULT).counts().of(Status.DONE)).isEqualTo(2);
    RunResult whole = run(VerifyJob.WHOLE);
    assertThat(whole.counts().of(Status.DONE)).isEqualTo(1);
    assertThat(whole.counts().ofCode("SEGMENT")).isEqualTo(1);
    assertThat(whole.counts().findings()).isEqualTo(1);
    assertThat(run(VerifyJob.QUICK).counts().of(Status.DONE)).as("the middle").isEqualTo(2);
  }

  @Test
  void versionsAndArchivedObjectsAreExcluded() {
    Outcome version =
        RewrapJob.toCurrentVersions()
            .begin(clients, Pace.FREE)
            .apply(new Unit(bucket, "k", "v", 1, null));
    assertThat(version.status()).isEqualTo(Status.EXCLUDED);
    for (Job job : List.of(RewrapJob.toCurrentVersions(), VerifyJob.WHOLE, AuditJob.DEFAULT)) {
      Outcome archived =
          job.begin(clients, Pace.FREE).apply(new Unit(bucket, "k", null, 1, "DEEP_ARCHIVE"));
      assertThat(archived.code()).isEqualTo("Archived");
    }
  }

  @Test
  void jobsWithKeysNeedThem() {
    Clients none = Clients.withoutKeys(Stores.PLAIN);
    for (Job job : List.of(RewrapJob.toCurrentVersions(), VerifyJob.QUICK)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> job.begin(none, Pace.FREE))
          .withMessageContaining("Clients.of(stored, sealing)");
    }
  }

  @Test
  void plansAndOutcomesCanBeSent() throws Exception {
    Plan plan =
        new Plan(ListingSource.ofBucket("b").withVersions(), RewrapJob.toKey("k"), Limits.DEFAULT);
    for (Object value :
        List.of(plan, VerifyJob.QUICK, AuditJob.DEFAULT, Outcome.done("g"), Unit.named("b", "k"))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(value);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertThat(in.readObject()).isEqualTo(value);
      }
    }
  }
}
