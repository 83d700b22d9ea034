package io.claviger.bulk.audit;

import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import java.io.IOException;
import java.io.UncheckedIOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The audit at work: asks the store, never a key service. */
final class Audit implements JobWork {
  private static final int NOT_SATISFIABLE = 416;
  private static final int BAD_REQUEST = 400;

  private final S3Client client;
  private final Pace pace;
  private final ObjectForms forms;

  Audit(S3Client client, Pace pace, ObjectForms forms) {
    this.client = client;
    this.pace = pace;
    this.forms = forms;
  }

  @Override
  public Outcome apply(Unit unit) {
    if (LeftAlone.isArchived(unit)) {
      return LeftAlone.archived();
    }
    try {
      return outcome(form(unit));
    } catch (S3Exception e) {
      return refused(e);
    }
  }

  private static Outcome outcome(ObjectForm form) {
    return switch (form.kind()) {
      case SEALED -> Outcome.done(form.group());
      case DIRECTORY_MARKER -> Outcome.excluded(form.code(), form.explanation());
      case DAMAGED, PLAINTEXT, FOREIGN -> Outcome.finding(form.code(), form.explanation());
    };
  }

  private static Outcome refused(S3Exception e) {
    Outcome leftAlone = LeftAlone.answered(e, "the object was overwritten while it was read");
    if (leftAlone != null) {
      return leftAlone;
    }
    if (e.statusCode() == BAD_REQUEST) {
      return Outcome.failed(
          "StoreCustomerKey",
          BAD_REQUEST,
          "the store asks for a customer-provided key (SSE-C), so it encrypted the object itself and nobody can say without that key what is in it");
    }
    throw e;
  }

  private ObjectForm form(Unit unit) {
    StoredStart start;
    try {
      start = unit.storedBytes() == 0 ? empty(unit) : start(unit);
    } catch (S3Exception e) {
      if (e.statusCode() != NOT_SATISFIABLE) {
        throw e;
      }
      start = empty(unit); // no byte, so no range
    }
    String eTag = start.eTag();
    return forms.of(unit, start, offset -> part(unit, eTag, offset));
  }

  private StoredStart empty(Unit unit) {
    pace.beforeStore(1);
    HeadObjectResponse head =
        client.headObject(b -> b.bucket(unit.bucket()).key(unit.key()).versionId(unit.versionId()));
    return new StoredStart(
        ObjectForm.lowerCase(head.metadata()), new byte[0], head.contentLength(), head.eTag());
  }

  private StoredStart start(Unit unit) {
    try (ResponseInputStream<GetObjectResponse> in = get(request(unit).range(range(0)).build())) {
      GetObjectResponse answer = in.response();
      byte[] first = in.readNBytes(ObjectForms.FIRST_BYTES);
      long storedBytes = storedBytes(answer);
      if (answer.contentLength() > first.length) {
        in.abort(); // the range was ignored: not the rest of it
      }
      return new StoredStart(
          ObjectForm.lowerCase(answer.metadata()), first, storedBytes, answer.eTag());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] part(Unit unit, String eTag, long offset) {
    try (ResponseInputStream<GetObjectResponse> in =
        get(request(unit).ifMatch(eTag).range(range(offset)).build())) {
      byte[] first = in.readNBytes(ObjectForms.FIRST_BYTES);
      if (in.response().contentLength() > first.length) {
        in.abort();
      }
      return first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) {
    pace.beforeStore(1);
    return client.getObject(request);
  }

  private static GetObjectRequest.Builder request(Unit unit) {
    return GetObjectRequest.builder()
        .bucket(unit.bucket())
        .key(unit.key())
        .versionId(unit.versionId());
  }

  private static String range(long offset) {
    return "bytes=%d-%d".formatted(offset, offset + ObjectForms.FIRST_BYTES - 1);
  }

  /** Returns the size of the whole object, of an answer with a range of it or with all of it. */
  private static long storedBytes(GetObjectResponse answer) {
    String range = answer.contentRange();
    int slash = range == null ? -1 : range.lastIndexOf('/');
    return slash < 0 ? answer.contentLength() : Long.parseLong(range.substring(slash + 1));
  }
}
