package io.claviger.s3.internal.read;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.internal.body.PeekedBody;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.stored.Beginnings;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SeenObjects;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Opens what GetObject and HeadObject receive: asks the store for the bytes that are needed, and
 * leaves the answer to the {@link ObjectKind} that it holds.
 */
public abstract class ReadExchange extends Exchange {
  /**
   * What all reads of an interceptor share.
   *
   * @param objects opens sealed objects
   * @param seen remembers what the store said of them
   * @param metadata compares user metadata and headers of answers
   * @param beginnings remembers which objects are not sealed
   */
  public record Shared(
      SealedObjects objects, SeenObjects seen, MetadataCheck metadata, Beginnings beginnings) {}

  private final Reading reading;
  private final Finding finding;
  private final ObjectKind sealed;
  private final ObjectKind plaintext;
  private final ObjectKind foreign = new S3ecKind();

  ReadExchange(Beginning begun, Shared shared) {
    super(begun);
    this.reading = new Reading(this, begun.request());
    this.finding =
        begun.async()
            ? new FindingAhead(shared.objects(), shared.seen(), reading)
            : new FindingNow(shared.objects(), reading);
    this.sealed = new SealedKind(shared.objects(), shared.metadata(), finding);
    this.plaintext = new PlaintextKind(shared.objects(), shared.beginnings(), finding);
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    reading.check();
  }

  /** Plans which stored bytes to ask for, by what is known of the object. */
  @Override
  protected SdkRequest plan(SdkRequest request) {
    return CallerExceptions.reading(
        where(),
        () -> {
          finding.plan();
          return request;
        });
  }

  /** Asks for the stored bytes that the caller's range or part needs. */
  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    finding.check();
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings().options().sseParameters());
    out.removeHeader(ObjectHeaders.RANGE);
    if (reading.storedRange() != null) {
      out.putHeader(ObjectHeaders.RANGE, reading.storedRange());
    }
    if (!reading.storesOwnPart()) {
      out.removeQueryParameter(ObjectHeaders.PART_NUMBER);
    }
    return out.build();
  }

  @Override
  protected void beforeAttempt() {
    finding.await();
  }

  /**
   * A 416 says that the object ends before the range: a length, which the store must not make up.
   */
  @Override
  protected boolean answers(SdkHttpResponse response) {
    return super.answers(response) || isEnd(response);
  }

  private static boolean isEnd(SdkHttpResponse response) {
    return response.statusCode() == ObjectHeaders.NOT_SATISFIABLE;
  }

  /** Proves an answer and rewrites its headers; the body follows by the attempt's body plan. */
  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    Answer answer = new Answer(reading, response, body == null ? null : new PeekedBody(body));
    reading.answered(null);
    return CallerExceptions.reading(
        where(),
        () -> {
          SdkHttpResponse answered = isEnd(response) ? end(answer) : opened(answer);
          finding.settled();
          return answered;
        });
  }

  @Override
  protected void failed() {
    finding.settled();
  }

  private SdkHttpResponse opened(Answer answer) {
    answer.requireMatch();
    return kind(UserMetadata.of(answer.response())).answer(answer);
  }

  private ObjectKind kind(Map<String, String> metadata) {
    if (EncryptionService.isSealed(metadata)) {
      return sealed;
    }
    return S3EncryptionClientKeys.wrote(metadata) ? foreign : plaintext;
  }

  /**
   * A caller that reads until the end takes a 416 for the end, so it is returned only when the
   * proved length says so. It carries no envelope: the object is asked for again by a HEAD. Answers
   * of asynchronous clients come on event loops, which may not wait: there the HEAD is made before
   * the request is sent, or sent again.
   */
  private SdkHttpResponse end(Answer answer) {
    if (reading.asksForWhole()) {
      throw protocol("status 416, though the whole was asked for");
    }
    if (!async() && reading.storesOwnPart()) {
      return answer.response(); // the object was asked for already
    }
    Described now = finding.describe();
    return kind(now.seen().metadata()).end(answer, now);
  }
}
