package io.claviger.bulk.migrate;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.audit.ObjectForm;
import io.claviger.bulk.migrate.Upload.Condition;
import io.claviger.format.Envelope;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The sealed object goes into another bucket, under the same key; the one it was made of stays.
 *
 * <p>What is there already, sealed and not older than its source, is what an earlier run made, or
 * what a writer put since: it stays. An older sealed one is replaced, if it is still the same.
 */
final class OtherBucket {
  private final Store store;
  private final String bucket;

  OtherBucket(Store store, String bucket) {
    this.store = store;
    this.bucket = bucket;
  }

  /**
   * Decides by what is there.
   *
   * @param there the store's answer for the name, null if there is nothing
   * @return the outcome if nothing is to be stored
   */
  @Nullable Outcome decided(Source source, @Nullable HeadObjectResponse there) {
    if (there == null) {
      return null;
    }
    Map<String, String> metadata = ObjectForm.lowerCase(there.metadata());
    if (!Envelope.isPresentIn(metadata)) {
      return Outcome.skipped(
          "TargetTaken",
          0,
          "s3://%s/%s is there and is not sealed. Delete it or choose another bucket"
              .formatted(bucket, source.key()));
    }
    return there.lastModified().isBefore(source.head().lastModified())
        ? null
        : Outcome.alreadySo(ObjectForm.group(Envelope.parse(metadata)));
  }

  /** Returns what the bucket has under the key, null if nothing. */
  @Nullable HeadObjectResponse there(Source source) {
    try {
      return store.head(bucket, source.key());
    } catch (S3Exception e) {
      if (e.statusCode() == Store.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /**
   * @param there what is replaced, null for nothing
   * @throws S3Exception 412 if somebody wrote meanwhile
   */
  Outcome seal(Source source, Content content, @Nullable HeadObjectResponse there, Outcome done)
      throws IOException {
    Condition condition =
        there == null ? Condition.NOTHING_THERE : Condition.unchanged(there.eTag());
    Target sealed = new Upload(bucket, source.key(), condition, false).seal(store, source, content);
    String problem = Proof.orTakenBack(store, sealed, content);
    return problem == null
        ? done
        : Proof.failed(problem, "It was deleted again. Check the store, and run again");
  }
}
