package io.claviger.s3.internal.call;

import io.claviger.format.CoveredHeader;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.body.StoredBody;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * One transmission of a request and what came of it; the next attempt of the same call has another
 * one.
 *
 * <p>Threads: one at a time; {@link #answers} any.
 */
public final class Attempt {
  private final @Nullable SdkHttpRequest sent;
  private final OneAnswer answers = new OneAnswer();
  private boolean answerRewritten;
  private boolean bodyOpened;
  private boolean resultRewritten;

  /** How the body is opened, null when it is left alone. */
  private @Nullable BodyPlan body;

  /** On synchronous clients: the body as the caller gets it. */
  private @Nullable InputStream given;

  /** Set when the answer was refused, on asynchronous clients. */
  private @Nullable RefusedAnswer refused;

  /**
   * @param sent null before the first transmission
   */
  Attempt(@Nullable SdkHttpRequest sent) {
    this.sent = sent;
  }

  /** Returns the {@code If-Match} that was sent, null for none. */
  public @Nullable String ifMatch() {
    return sent == null ? null : sent.firstMatchingHeader(ObjectHeaders.IF_MATCH).orElse(null);
  }

  /** Returns the headers that the request itself sets in the answer. */
  public Set<CoveredHeader> overridden() {
    return sent == null ? Set.of() : Covered.overridden(sent);
  }

  /** Says how the body is opened. */
  public void open(@Nullable BodyPlan plan) {
    body = plan;
  }

  OneAnswer answers() {
    return answers;
  }

  @Nullable RefusedAnswer refused() {
    return refused;
  }

  boolean isRewritten() {
    return answerRewritten;
  }

  void rewritten() {
    answerRewritten = true;
  }

  /** Notes a refusal, and returns what the SDK takes for the answer. */
  SdkHttpResponse refuse(RuntimeException refusal) {
    refused = new RefusedAnswer(refusal);
    return RefusedAnswer.ANSWER;
  }

  /** Whether the body is to be opened now: once, and only of an answer that was rewritten. */
  boolean opensBody() {
    if (!answerRewritten || bodyOpened) {
      return false;
    }
    bodyOpened = true;
    return true;
  }

  Optional<InputStream> opened(Optional<InputStream> stored) {
    if (body == null) {
      return stored;
    }
    given = body.stream().apply(stored.orElseGet(InputStream::nullInputStream));
    return Optional.of(given);
  }

  Optional<Publisher<ByteBuffer>> openedLater(
      Optional<Publisher<ByteBuffer>> stored, boolean givesBody) {
    if (refused != null) {
      return Optional.of(refused.body(stored.orElseGet(AsyncRequestBody::empty)));
    }
    return body == null || !givesBody ? stored : stored.map(body.publisher());
  }

  /** Whether the result is to be rewritten now: once. */
  boolean returnsResult() {
    boolean first = !resultRewritten;
    resultRewritten = true;
    return first;
  }

  /** Stops the body of an attempt that failed: nobody got it. */
  void drop() {
    StoredBody.abort(given);
    given = null;
  }
}
