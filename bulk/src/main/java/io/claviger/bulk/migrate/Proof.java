package io.claviger.bulk.migrate;

import io.claviger.bulk.Outcome;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads back what was stored: every byte is authenticated and compared with what was read. */
final class Proof {
  /** One, and the headers of parts where it has several. */
  private static final int REQUESTS = 3;

  private Proof() {}

  /**
   * Returns what is wrong with a stored object, null if it has this content and opens.
   *
   * @throws software.amazon.awssdk.services.s3.model.S3Exception 412, 404 if it is not there any
   *     more; as the store answers
   */
  static @Nullable String problem(Store store, Target target, Content content) throws IOException {
    try (ResponseInputStream<GetObjectResponse> in =
        store
            .sealing(content.plainBytes() > Upload.PIECE_BYTES ? REQUESTS : 1, 1)
            .getObject(
                b ->
                    b.bucket(target.bucket())
                        .key(target.key())
                        .versionId(target.versionId())
                        .ifMatch(target.eTag()))) {
      long found = in.response().contentLength();
      if (found != content.plainBytes()) {
        in.abort();
        return "it has %d bytes, expected %d".formatted(found, content.plainBytes());
      }
      return content.checksums().areOf(in)
          ? null
          : "its bytes are others than those that were read";
    } catch (ClavigerS3Exception e) {
      return switch (e.failure()) {
        case NOT_AUTHENTIC, NOT_SEALED, POLICY -> e.getMessage();
        default -> throw e;
      };
    }
  }

  /** As {@link #problem}; what has one, or could not be read back, is deleted again. */
  static @Nullable String orTakenBack(Store store, Target target, Content content)
      throws IOException {
    String problem;
    try {
      problem = problem(store, target, content);
    } catch (IOException | RuntimeException e) {
      store.takeBack(target, e);
      throw e;
    }
    if (problem != null) {
      store.takeBack(target);
    }
    return problem;
  }

  /** Returns the outcome of an object that was not stored as it was sent. */
  static Outcome failed(String problem, String consequence) {
    return Outcome.failed(
        "ReadBack",
        200,
        "the sealed object was stored and read back, and is not what was sent: %s. %s"
            .formatted(problem, consequence));
  }
}
