package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Estimate;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An audit finds what was planted among 10,000 good objects, and nothing else. */
class AuditIT {
  private static final String BUCKET = "audit-10k";
  private static final int GOOD = 10_000;

  @TempDir Path folder;

  private final Map<String, String> planted = new TreeMap<>();

  private void plant(S3Client plain, String key, Map<String, String> metadata, byte[] body) {
    plain.putObject(b -> b.bucket(BUCKET).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }

  private void plantAll(S3Client plain) {
    ResponseBytes<GetObjectResponse> one = get(plain, SmallObjects.key(1));
    ResponseBytes<GetObjectResponse> two = get(plain, SmallObjects.key(2));
    byte[] body = one.asByteArray();
    Map<String, String> metadata = one.response().metadata();
    plant(plain, "objects/001/plain", Map.of("mine", "1"), "never sealed".getBytes());
    planted.put("objects/001/plain", "Plaintext");
    plant(plain, SmallObjects.key(1), metadata, Arrays.copyOf(body, body.length - 1));
    planted.put(SmallObjects.key(1), "LENGTH");
    Map<String, String> swapped = new HashMap<>(metadata);
    swapped.put("claviger-from", two.response().metadata().get("claviger-from"));
    plant(plain, SmallObjects.key(2), swapped, two.asByteArray());
    planted.put(SmallObjects.key(2), "HEADER_TAG");
    plant(plain, "objects/050/lost", Map.of(), get(plain, SmallObjects.key(3)).asByteArray());
    planted.put("objects/050/lost", "EnvelopeMissing");
    ResponseBytes<GetObjectResponse> four = get(plain, SmallObjects.key(4));
    plant(plain, "objects/099/moved", four.response().metadata(), four.asByteArray());
    planted.put("objects/099/moved", "OtherName");
    plant(plain, "objects/099/s3ec", Map.of("x-amz-key-v2", "a", "x-amz-iv", "b"), body);
    planted.put("objects/099/s3ec", "Foreign");
    plant(plain, "zz/age", Map.of(), "age-encryption.org/v1\n".getBytes());
    planted.put("zz/age", "Foreign");
    plant(plain, "zz/empty", Map.of(), new byte[0]);
    planted.put("zz/empty", "Plaintext");
    plant(plain, "folder/", Map.of(), new byte[0]);
  }

  private static ResponseBytes<GetObjectResponse> get(S3Client plain, String key) {
    return plain.getObjectAsBytes(b -> b.bucket(BUCKET).key(key));
  }

  @Test
  void whatWasPlantedIsFoundAndNothingElse() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    try (S3Client plain = E2e.plain(S3Server.MINIO.http());
        S3Client sealing = E2e.sealing(S3Server.MINIO.http(), b -> {})) {
      SmallObjects.put(sealing, BUCKET, GOOD);
      plantAll(plain);
      Plan plan = new Plan(ListingSource.ofBucket(BUCKET), AuditJob.DEFAULT, Limits.DEFAULT);
      BulkRunner runner = BulkRunner.with(Clients.withoutKeys(plain));
      RunResult result = runner.run(plan, folder);
      assertThat(result.stopped()).isEmpty();
      Map<String, String> found = new TreeMap<>();
      for (String row : Files.readAllLines(folder.resolve(BulkRunner.REPORT))) {
        List<String> columns = List.of(row.split(",", 7));
        if (columns.get(3).equals("failed")) {
          found.put(columns.get(1), columns.get(4));
        }
      }
      assertThat(found).isEqualTo(planted);
      int objects = GOOD + 7; // two of those that were planted replaced good ones
      assertThat(result.counts().units()).isEqualTo(objects);
      assertThat(result.counts().ofGroup("e2e v1")).isEqualTo(GOOD - 2);
      assertThat(result.counts().of(Status.EXCLUDED)).as("the folder").isEqualTo(1);
      assertThat(result.storeRequests()).as("one each, and listings").isLessThan(objects + 500);
      Estimate estimate = runner.estimate(plan);
      assertThat(estimate.units()).isEqualTo(objects);
      Cost cost = estimate.cost();
      assertThat(cost.reads()).isEqualTo(objects);
      assertThat(cost.keyCalls()).isZero();
    }
  }
}
