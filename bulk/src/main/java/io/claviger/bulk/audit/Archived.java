package io.claviger.bulk.audit;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects in archives, whose bytes the store gives out only after they were restored. */
public final class Archived {
  private static final Set<String> CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");
  private static final String STATE = "InvalidObjectState";

  private Archived() {}

  /** Whether the source says so. */
  public static boolean is(Unit unit) {
    return unit.storageClass() != null && CLASSES.contains(unit.storageClass());
  }

  /** Whether the store says so. */
  public static boolean is(S3Exception e) {
    return e.awsErrorDetails() != null && STATE.equals(e.awsErrorDetails().errorCode());
  }

  /** Returns the outcome of such a unit. */
  public static Outcome excluded() {
    return Outcome.excluded(
        "Archived", "the object is archived and cannot be read. Restore it and run again");
  }
}
