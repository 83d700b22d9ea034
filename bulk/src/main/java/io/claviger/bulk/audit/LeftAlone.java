package io.claviger.bulk.audit;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import io.claviger.s3.SealedReplacement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What every job leaves alone: objects in archives, whose bytes the store gives out only after they
 * were restored, those that changed since they were listed, and markers of folders.
 */
public final class LeftAlone {
  private static final int NOT_FOUND = 404;
  private static final int CHANGED = 412;
  private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");
  private static final String ARCHIVED = "InvalidObjectState";

  /** An upload in parts that was completed or ended: nothing is said of the object. */
  private static final String NO_UPLOAD = "NoSuchUpload";

  private LeftAlone() {}

  /** Whether the source says that the object is archived. */
  public static boolean isArchived(Unit unit) {
    return unit.storageClass() != null && ARCHIVES.contains(unit.storageClass());
  }

  /**
   * Returns the outcome of a unit that a job which writes leaves alone before it asks the store,
   * null for one that it goes on with.
   */
  public static @Nullable Outcome unwritten(Unit unit) {
    if (unit.versionId() != null) {
      return Outcome.excluded(
          "Version",
          "a version is not written again, since it would become the current one. List without versions");
    }
    if (SealedReplacement.isProbe(unit.key(), unit.storedBytes())) {
      return Outcome.excluded(
          "Probe",
          "five bytes by which a copy finds out what the store can do, and which it deletes. One that stays may be deleted");
    }
    return isArchived(unit) ? archived() : null;
  }

  /** Returns the outcome of an archived object. */
  public static Outcome archived() {
    return Outcome.excluded(
        "Archived", "the object is archived and cannot be read. Restore it and run again");
  }

  /** Whether it is an empty object whose key ends in a slash, by which tools show folders. */
  public static boolean isDirectoryMarker(Unit unit, long storedBytes) {
    return storedBytes == 0 && unit.key().endsWith("/");
  }

  /** Returns the outcome of such an object. */
  public static Outcome directoryMarker() {
    return Outcome.excluded(
        ObjectForm.Kind.DIRECTORY_MARKER.code(), ObjectForm.DIRECTORY_MARKER.explanation());
  }

  /**
   * Returns the outcome that the store's refusal means for every job, null where it means none.
   *
   * @param changed the message for an object that was overwritten meanwhile
   */
  public static @Nullable Outcome answered(S3Exception e, String changed) {
    if (e.statusCode() == NOT_FOUND && !NO_UPLOAD.equals(code(e))) {
      return Outcome.skipped("Deleted", NOT_FOUND, "the object was deleted since it was listed");
    }
    if (e.statusCode() == CHANGED) {
      return Outcome.skipped("Changed", CHANGED, changed);
    }
    return ARCHIVED.equals(code(e)) ? archived() : null;
  }

  /**
   * Whether a job that was refused so may have done itself what is in its way: where the answer to
   * a request is lost the SDK sends it again, and its condition or its upload is gone. What the
   * object is now says it.
   */
  public static boolean mayBeDone(S3Exception refusal) {
    return refusal.statusCode() == CHANGED || NO_UPLOAD.equals(code(refusal));
  }

  private static @Nullable String code(S3Exception e) {
    return e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
  }
}
