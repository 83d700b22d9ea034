package io.claviger.bulk.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** What the audit says of each kind of object, with one request and without keys. */
class AuditJobTest {
  private static final int PART = 5 << 20;

  private final String bucket = Stores.bucket();
  private final AtomicInteger requests = new AtomicInteger();
  private final S3Client counted =
      Stores.plain(
          new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(
                Context.BeforeTransmission context, ExecutionAttributes attributes) {
              requests.incrementAndGet();
            }
          });
  private final JobWork audit = AuditJob.DEFAULT.begin(Clients.withoutKeys(counted), Pace.FREE);

  private void put(String key, int bytes) {
    Stores.SEALING.putObject(
        b -> b.bucket(bucket).key(key).metadata(Map.of("mine", "1")),
        RequestBody.fromBytes(new byte[bytes]));
  }

  private void putPlain(String key, Map<String, String> metadata, byte[] body) {
    Stores.PLAIN.putObject(
        b -> b.bucket(bucket).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }

  private ResponseBytes<GetObjectResponse> stored(String key) {
    return Stores.PLAIN.getObjectAsBytes(b -> b.bucket(bucket).key(key));
  }

  private Outcome of(String key) {
    requests.set(0);
    return audit.apply(Unit.named(bucket, key));
  }

  private void found(String key, String code, String... said) {
    Outcome outcome = of(key);
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(Status.FAILED);
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(code);
    assertThat(outcome.finding()).isTrue();
    for (String each : said) {
      assertThat(outcome.message()).contains(each);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
  void aSealedObjectTakesOneRequest(int bytes) {
    put("k", bytes);
    assertThat(of("k")).isEqualTo(Outcome.done(Stores.KEY + " v1"));
    assertThat(requests).hasValue(1);
  }

  @Test
  void anObjectOfSeveralPartsTakesAFewAndACutOneIsFound() {
    String id = Stores.SEALING.createMultipartUpload(b -> b.bucket(bucket).key("m")).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      int number = i;
      RequestBody body = RequestBody.fromBytes(new byte[i == 3 ? 1_000 : PART]);
      String eTag =
          Stores.SEALING
              .uploadPart(b -> b.bucket(bucket).key("m").uploadId(id).partNumber(number), body)
              .eTag();
      parts.add(CompletedPart.builder().partNumber(i).eTag(eTag).build());
    }
    Stores.SEALING.completeMultipartUpload(
        b -> b.bucket(bucket).key("m").uploadId(id).multipartUpload(m -> m.parts(parts)));
    assertThat(of("m")).isEqualTo(Outcome.done(Stores.KEY + " v1"));
    assertThat(requests).hasValueLessThanOrEqualTo(3);
    byte[] whole = stored("m").asByteArray();
    Map<String, String> metadata = stored("m").response().metadata();
    int partStored = (whole.length - 1_000) / 2;
    for (int cut : new int[] {whole.length - 1, partStored + 700, PART, 300, 129}) {
      putPlain("m", metadata, Arrays.copyOf(whole, cut));
      Outcome outcome = of("m");
      assertThat(outcome.status()).as("cut to %d: %s", cut, outcome).isEqualTo(Status.FAILED);
      assertThat(outcome.finding()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {129, 130, 4_000, 70_000})
  void aCutBodyIsDamaged(int kept) {
    put("k", 70_000);
    Map<String, String> metadata = stored("k").response().metadata();
    byte[] cut = Arrays.copyOf(stored("k").asByteArray(), kept);
    putPlain("k", metadata, cut);
    Outcome outcome = of("k");
    assertThat(outcome.finding()).as("%s", outcome).isTrue();
    assertThat(outcome.code()).isIn("LENGTH", "TRUNCATED");
  }

  @Test
  void swappedMetadataOfSingleObjectsIsFound() {
    put("a", 1_000);
    put("b", 1_000);
    Map<String, String> ofB = new HashMap<>(stored("b").response().metadata());
    ofB.put("claviger-from", stored("a").response().metadata().get("claviger-from"));
    putPlain("a", ofB, stored("a").asByteArray());
    found("a", "HEADER_TAG", "metadata is that of another object");
  }

  @Test
  void anObjectUnderAnotherNameIsFoundUnlessItsBucketIsMapped() {
    put("a", 1_000);
    String replica = Stores.bucket();
    ResponseBytes<GetObjectResponse> a = stored("a");
    putPlain("moved", a.response().metadata(), a.asByteArray());
    found("moved", "OtherName", "s3://" + bucket + "/a");
    Stores.PLAIN.putObject(
        b -> b.bucket(replica).key("a").metadata(a.response().metadata()),
        RequestBody.fromBytes(a.asByteArray()));
    AuditJob mapped = new AuditJob(Map.of(replica, bucket));
    assertThat(
            mapped
                .begin(Clients.withoutKeys(counted), Pace.FREE)
                .apply(Unit.named(replica, "a"))
                .status())
        .isEqualTo(Status.DONE);
  }

  @Test
  void whatIsNotSealedIsNamed() {
    putPlain("text", Map.of("mine", "1"), "some text".getBytes());
    found("text", "Plaintext", "without Claviger", "Put it again");
    putPlain("empty", Map.of(), new byte[0]);
    found("empty", "Plaintext");
    putPlain("age", Map.of(), "age-encryption.org/v1\n".getBytes());
    found("age", "Foreign", "age");
    putPlain("s3ec", Map.of("x-amz-key-v2", "a", "x-amz-iv", "b"), new byte[40]);
    found("s3ec", "Foreign", "S3 Encryption Client");
    putPlain("folder/", Map.of(), new byte[0]);
    assertThat(of("folder/").status()).isEqualTo(Status.EXCLUDED);
    assertThat(of("folder/").code()).isEqualTo("DirectoryMarker");
    assertThat(of("gone").status()).isEqualTo(Status.SKIPPED);
    assertThat(audit.apply(new Unit(bucket, "x", null, 1, "GLACIER")).code()).isEqualTo("Archived");
  }

  @Test
  void aLostOrBrokenEnvelopeIsDamage() {
    put("a", 1_000);
    ResponseBytes<GetObjectResponse> a = stored("a");
    putPlain("lost", Map.of("mine", "1"), a.asByteArray());
    found("lost", "EnvelopeMissing", "Restore the metadata");
    for (String field : List.of("claviger-dek", "claviger-hdr", "claviger-mac")) {
      Map<String, String> less = new HashMap<>(a.response().metadata());
      less.remove(field);
      putPlain("half", less, a.asByteArray());
      found("half", "ENVELOPE_INCOMPLETE", field);
    }
    byte[] changed = a.asByteArray();
    changed[8] ^= 1;
    putPlain("changed", a.response().metadata(), changed);
    assertThat(of("changed").finding()).isTrue();
  }

  /** Documented: who can write can forge the form. */
  @Test
  void aForgedFormPasses() {
    put("a", 1_000);
    byte[] forged = stored("a").asByteArray();
    forged[500] ^= 1;
    putPlain("a", stored("a").response().metadata(), forged);
    assertThat(of("a").status()).isEqualTo(Status.DONE);
  }
}
