package io.claviger.bulk.migrate;

import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import io.claviger.bulk.audit.LeftAlone;
import io.claviger.bulk.audit.ObjectForm;
import io.claviger.format.Envelope;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A migration at work. */
final class Migration implements JobWork {
  private static final String CHANGED =
      "the object was overwritten meanwhile and is as it was written. Run again to seal it";
  private static final int BAD_REQUEST = 400;

  /** What the user's metadata may have beside the longest envelope. */
  private static final int SURE_ROOM_BYTES = 600;

  private static final String INSTRUCTIONS = ".instruction";

  private final Store store;
  private final Staging staging;
  private final InPlace inPlace;
  private final @Nullable OtherBucket other;
  private final @Nullable String toBucket;

  Migration(Store store, MigrateJob job, Instant othersSince) {
    this.store = store;
    this.staging = new Staging(store, othersSince);
    this.inPlace = new InPlace(store, staging, job.purgeReplaced());
    this.toBucket = job.toBucket();
    this.other = toBucket == null ? null : new OtherBucket(store, toBucket);
  }

  @Override
  public Outcome apply(Unit unit) {
    Outcome unwritten = LeftAlone.unwritten(unit);
    if (unwritten != null) {
      return unwritten;
    }
    requireSealing(toBucket == null ? unit.bucket() : toBucket);
    if (toBucket == null && !store.keepsVersions(unit.bucket())) {
      staging.clean(unit.bucket());
    }
    try {
      return current(unit, null);
    } catch (S3Exception e) {
      if (e.statusCode() == Store.NOT_FOUND && Staging.isName(unit.key())) {
        return Staging.leftOver();
      }
      Outcome leftAlone = LeftAlone.answered(e, CHANGED);
      if (leftAlone != null) {
        return leftAlone;
      }
      throw e;
    } catch (IOException e) {
      throw SdkClientException.create("the store ended its answer too early: " + e, e);
    }
  }

  private void requireSealing(String bucket) {
    if (!store.replacement().covers(bucket)) {
      throw new IllegalArgumentException(
          "the sealing client leaves bucket %s alone, so nothing would be sealed. Change its options includeBuckets or excludeBuckets"
              .formatted(bucket));
    }
  }

  /**
   * @param refused why the store did not seal it, where this looks again whether it has; else null
   */
  private Outcome current(Unit unit, @Nullable S3Exception refused) throws IOException {
    HeadObjectResponse head;
    try {
      head = store.head(unit.bucket(), unit.key());
    } catch (S3Exception e) {
      if (e.statusCode() == BAD_REQUEST) {
        return Outcome.failed(
            "StoreCustomerKey",
            BAD_REQUEST,
            "the store asks for a customer-provided key (SSE-C), which this job does not have. Read the object with it and put it");
      }
      throw e;
    }
    Source source = Source.of(unit, head);
    Outcome known = known(unit, source);
    if (known != null) {
      return known;
    }
    HeadObjectResponse there = other == null ? null : other.there(source);
    Outcome decided = other == null ? null : other.decided(source, there);
    if (decided != null) {
      return decided;
    }
    if (refused != null) {
      throw refused;
    }
    try {
      return migrate(source, there);
    } catch (S3Exception e) {
      if (LeftAlone.mayBeDone(e)) {
        return current(unit, e);
      }
      throw e;
    }
  }

  /** Returns the outcome of an object that is not to be sealed, null for one that is. */
  private @Nullable Outcome known(Unit unit, Source source) {
    Map<String, String> metadata = source.metadata();
    if (Envelope.isPresentIn(metadata)) {
      return Staging.isName(unit.key()) ? Staging.leftOver() : sealed(metadata);
    }
    if (source.isS3ec()) {
      return missing(source);
    }
    if (LeftAlone.isDirectoryMarker(unit, source.storedBytes())) {
      return LeftAlone.directoryMarker();
    }
    if (unit.key().endsWith(INSTRUCTIONS) || hasInstructions(unit)) {
      return Outcome.finding(
          ObjectForm.Kind.FOREIGN.code(),
          "the Amazon S3 Encryption Client keeps keys in instruction files, whose names end in .instruction; they are not read here. Read the object with that client and put it");
    }
    return missing(source);
  }

  private static @Nullable Outcome missing(Source source) {
    Integer left = source.head().missingMeta();
    return left == null || left == 0
        ? null
        : Outcome.finding(
            "MissingMetadata",
            "the store leaves out %d entries of the metadata, which the sealed object would lose. Read the object and put it with its whole metadata"
                .formatted(left));
  }

  private Outcome sealed(Map<String, String> metadata) {
    Envelope envelope;
    try {
      envelope = Envelope.parse(metadata);
    } catch (FormatException e) {
      return Outcome.finding(e.failure().name(), String.valueOf(e.getMessage()));
    }
    return toBucket == null
        ? Outcome.alreadySo(ObjectForm.group(envelope))
        : Outcome.excluded(
            "Sealed",
            "sealed already, for its bucket. Copy it with a client that seals, or with Rewrap");
  }

  /** Whether ciphertext has its key in another object, so that it looks like plaintext. */
  private boolean hasInstructions(Unit unit) {
    try {
      store.head(unit.bucket(), unit.key() + INSTRUCTIONS);
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == Store.NOT_FOUND || e.statusCode() == Store.FORBIDDEN) {
        return false;
      }
      throw e;
    }
  }

  /**
   * @param there what another bucket has under the key, null for nothing or where none is named
   */
  private Outcome migrate(Source source, @Nullable HeadObjectResponse there) throws IOException {
    String from = source.isS3ec() ? "FromS3EncryptionClient" : "FromPlaintext";
    Outcome done = new Outcome(Outcome.Status.DONE, from, 200, "", "", false);
    try (Content content =
        source.isS3ec() ? S3ecContent.of(store, source) : PlainContent.of(store, source)) {
      return other == null
          ? inPlace.seal(source, content, done)
          : other.seal(source, content, there, done);
    } catch (FormatException e) {
      return Outcome.finding(
          e.failure() == Failure.UNKNOWN_VERSION
              ? ObjectForm.Kind.FOREIGN.code()
              : e.failure().name(),
          String.valueOf(e.getMessage()));
    } catch (ClavigerS3Exception e) {
      return refused(source, e);
    }
  }

  private static Outcome refused(Source source, ClavigerS3Exception e) {
    if (e.failure() != ClavigerS3Exception.Failure.BAD_REQUEST) {
      throw e;
    }
    int bytes =
        source.ownMetadata().entrySet().stream()
            .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
            .sum();
    return Outcome.finding(
        bytes > SURE_ROOM_BYTES ? "NoRoom" : e.failure().name(), String.valueOf(e.getMessage()));
  }
}
