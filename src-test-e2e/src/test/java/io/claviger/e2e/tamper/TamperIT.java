package io.claviger.e2e.tamper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A store owner changes what is stored; every change is refused by name. */
@EveryServer
class TamperIT {
  private static final String BUCKET = "tamper";
  private static S3Client s3;
  private static S3Client plain;

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void clients(S3Server server) {
    plain = E2e.plain(server.http());
    s3 = E2e.sealing(server.http(), b -> {});
    plain.createBucket(b -> b.bucket(BUCKET));
  }

  @AfterParameterizedClassInvocation
  static void close() {
    s3.close();
    plain.close();
  }

  private static byte[] seal(String key, int size) {
    s3.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(new byte[size]));
    return plain.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
  }

  private static Map<String, String> metadata(String key) {
    return plain.headObject(b -> b.bucket(BUCKET).key(key)).metadata();
  }

  private static void store(String key, byte[] body, Map<String, String> metadata) {
    plain.putObject(b -> b.bucket(BUCKET).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }

  private static String refusal(String key) {
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)));
    assertThat(e).as("%s was refused", key).isNotNull();
    assertThat(e.retryable()).isFalse();
    return e.getMessage();
  }

  @Test
  void aFlippedBit() {
    byte[] body = seal("bit", 100_000);
    Map<String, String> metadata = metadata("bit");
    for (int at : new int[] {0, 20, 60, 97, 98, 110, 70_000, body.length - 1}) {
      byte[] changed = body.clone();
      changed[at] ^= 1;
      store("bit", changed, metadata);
      assertThat(refusal("bit")).contains("s3://tamper/bit");
    }
    store("bit", body, metadata);
    assertThat(s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("bit")).asByteArray())
        .isEqualTo(new byte[100_000]);
  }

  @Test
  void aCutAndAnAppendedByte() {
    byte[] body = seal("cut", 100_000);
    Map<String, String> metadata = metadata("cut");
    for (int length : new int[] {97, 98, 130, 65_666, body.length - 1, body.length + 1}) {
      store("cut", Arrays.copyOf(body, length), metadata);
      assertThat(refusal("cut")).contains("Restore");
    }
  }

  @Test
  void swappedBodiesAndMetadata() {
    byte[] one = seal("one", 1000);
    byte[] two = seal("two", 1000);
    Map<String, String> ofOne = metadata("one");
    Map<String, String> ofTwo = metadata("two");
    store("one", two, ofOne);
    assertThat(refusal("one")).contains("tag mismatch");
    store("one", one, ofTwo);
    assertThat(refusal("one")).contains("sealed as s3://tamper/two");
  }

  @Test
  void anObjectUnderAnotherName() {
    seal("name", 10);
    plain.copyObject(
        b ->
            b.sourceBucket(BUCKET)
                .sourceKey("name")
                .destinationBucket(BUCKET)
                .destinationKey("moved"));
    assertThat(refusal("moved")).contains("sealed as s3://tamper/name").contains("its own name");
  }

  @Test
  void anObjectThatWasNeverSealed() {
    store("plain", new byte[10], Map.of());
    assertThat(refusal("plain")).contains("s3://tamper/plain");
  }
}
