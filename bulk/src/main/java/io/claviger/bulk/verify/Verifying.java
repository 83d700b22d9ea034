package io.claviger.bulk.verify;

import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.audit.LeftAlone;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The proof at work. */
final class Verifying implements JobWork {
  private static final int BAD_REQUEST = 400;

  private final S3Client client;
  private final Pace pace;
  private final boolean quick;

  Verifying(S3Client client, Pace pace, boolean quick) {
    this.client = client;
    this.pace = pace;
    this.quick = quick;
  }

  @Override
  public Outcome apply(Unit unit) {
    if (LeftAlone.isArchived(unit)) {
      return LeftAlone.archived();
    }
    if (LeftAlone.isDirectoryMarker(unit, unit.storedBytes())) {
      return LeftAlone.directoryMarker();
    }
    try {
      pace.beforeKeys(1);
      if (quick) {
        ends(unit);
      } else {
        read(unit, null);
      }
      return Outcome.done("");
    } catch (ClavigerS3Exception e) {
      return refused(e);
    } catch (S3Exception e) {
      return answered(e);
    }
  }

  private void ends(Unit unit) {
    pace.beforeStore(1);
    long plainBytes =
        client
            .headObject(b -> b.bucket(unit.bucket()).key(unit.key()).versionId(unit.versionId()))
            .contentLength();
    if (plainBytes == 0) {
      read(unit, null);
    } else {
      read(unit, "bytes=0-0");
      read(unit, "bytes=-1");
    }
  }

  private void read(Unit unit, @Nullable String range) {
    pace.beforeStore(1);
    try (ResponseInputStream<GetObjectResponse> in =
        client.getObject(
            b ->
                b.bucket(unit.bucket()).key(unit.key()).versionId(unit.versionId()).range(range))) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw SdkClientException.create("the store ended its answer too early: " + e, e);
    }
  }

  /** What does not open is found; keys that are not to be had are the runner's affair. */
  private static Outcome refused(ClavigerS3Exception e) {
    return switch (e.failure()) {
      case NOT_SEALED -> Outcome.finding("Plaintext", String.valueOf(e.getMessage()));
      case NOT_AUTHENTIC, POLICY ->
          Outcome.finding(
              e.formatFailure().map(Enum::name).orElse(e.failure().name()),
              String.valueOf(e.getMessage()));
      default -> throw e;
    };
  }

  private static Outcome answered(S3Exception e) {
    Outcome leftAlone = LeftAlone.answered(e, "the object was overwritten while it was read");
    if (leftAlone != null) {
      return leftAlone;
    }
    if (e.statusCode() == BAD_REQUEST) {
      return Outcome.excluded(
          "CustomerKey", "sealed under a customer-provided key, which this job does not have");
    }
    throw e;
  }
}
