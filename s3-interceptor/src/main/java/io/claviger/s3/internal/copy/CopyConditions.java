package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Whether a store honours {@code If-Match} on CopyObject, learned once for each bucket. S3 does.
 * MinIO ignores it, so that a copy of an object onto itself which meets a PUT can leave the new
 * bytes under the old envelope: such an object never opens again.
 *
 * <p>The probe stores a few bytes beside the object, copies them onto themselves under a condition
 * that they do not meet, and deletes them. Only the answer 412 is a proof; every other one counts
 * as "ignored", and the object is copied in the way that is safe everywhere ({@link CopyInParts}).
 * What a copy answered is remembered; a probe that was refused for another reason, such as a
 * missing right or a quota, is made again for the next copy.
 *
 * <p>Threads: safe. Blocking: asks the store, at the first use of a bucket.
 */
final class CopyConditions {
  private static final String SUFFIX = ".claviger-probe-";
  private static final Pattern PROBE =
      Pattern.compile(".+" + Pattern.quote(SUFFIX) + "[0-9a-f]{8}", Pattern.DOTALL);
  private static final String PROBED = "probe";
  private static final String NOT_MET = "\"00000000000000000000000000000000\"";

  private record Place(String endpoint, String bucket) {}

  private final Map<Place, Boolean> honoured = new ConcurrentHashMap<>();

  /**
   * Whether it is the name and the size of a probe.
   *
   * @param storedBytes as the store says
   */
  static boolean isProbe(String key, long storedBytes) {
    return storedBytes == PROBED.length() && PROBE.matcher(key).matches();
  }

  /** Returns whether the store of {@code client} compares {@code If-Match} of {@code copy}. */
  boolean areHonoured(S3Client client, CopyObjectRequest copy) {
    Place place = new Place(endpoint(client), copy.destinationBucket());
    Boolean known = honoured.get(place);
    if (known == null) {
      known = new Probe(client, copy).isRefused();
      if (known != null) {
        honoured.put(place, known);
      }
    }
    return Boolean.TRUE.equals(known);
  }

  private static String endpoint(S3Client client) {
    S3ServiceClientConfiguration configuration = client.serviceClientConfiguration();
    return configuration
        .endpointOverride()
        .map(Object::toString)
        .orElseGet(() -> String.valueOf(configuration.region()));
  }

  /** Returns {@code raw} with the condition that the destination still has {@code eTag}. */
  static AwsRequestOverrideConfiguration ifMatch(AwsRequestOverrideConfiguration raw, String eTag) {
    return raw.toBuilder().putHeader(ObjectHeaders.IF_MATCH, eTag).build();
  }

  /** A copy that must be refused. */
  private static final class Probe {
    private final S3Client client;
    private final CopyObjectRequest copy;
    private final AwsRequestOverrideConfiguration raw;
    private final String bucket;
    private final String key;

    Probe(S3Client client, CopyObjectRequest copy) {
      this.client = client;
      this.copy = copy;
      this.raw = SubRequests.raw(copy);
      this.bucket = copy.destinationBucket();
      this.key = copy.destinationKey() + SUFFIX + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Returns whether the copy was refused for its condition, null if that cannot be said. */
    @Nullable Boolean isRefused() {
      String stored;
      try {
        stored =
            client
                .putObject(
                    b ->
                        b.bucket(bucket)
                            .key(key)
                            .requestPayer(copy.requestPayer())
                            .expectedBucketOwner(copy.expectedBucketOwner())
                            .overrideConfiguration(raw),
                    RequestBody.fromString(PROBED))
                .versionId();
      } catch (S3Exception e) {
        return unknown(e);
      }
      try {
        delete(copied());
        return false;
      } catch (S3Exception e) {
        return e.statusCode() == 412 ? Boolean.TRUE : unknown(e);
      } finally {
        delete(stored);
      }
    }

    /** Returns the version that the copy made. */
    private @Nullable String copied() {
      return client
          .copyObject(
              b ->
                  b.sourceBucket(bucket)
                      .sourceKey(key)
                      .destinationBucket(bucket)
                      .destinationKey(key)
                      .metadataDirective(MetadataDirective.REPLACE)
                      .requestPayer(copy.requestPayer())
                      .expectedBucketOwner(copy.expectedBucketOwner())
                      .expectedSourceBucketOwner(copy.expectedBucketOwner())
                      .overrideConfiguration(ifMatch(raw, NOT_MET)))
          .versionId();
    }

    /** A refusal says nothing of conditions; a store that fails fails the caller's copy. */
    private static @Nullable Boolean unknown(S3Exception e) {
      if (e.statusCode() >= 500 && e.statusCode() != 501) {
        throw e;
      }
      return null;
    }

    private void delete(@Nullable String versionId) {
      try {
        client.deleteObject(
            b ->
                b.bucket(bucket)
                    .key(key)
                    .versionId(versionId)
                    .requestPayer(copy.requestPayer())
                    .expectedBucketOwner(copy.expectedBucketOwner())
                    .overrideConfiguration(raw));
      } catch (S3Exception e) {
        // no right to delete, or a lock: the probe stays, a few bytes that say what they are
      }
    }
  }
}
