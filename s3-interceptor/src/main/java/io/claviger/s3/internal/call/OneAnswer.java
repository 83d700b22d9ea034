package io.claviger.s3.internal.call;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.body.Dropped;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Ensures that one attempt has one answer. A store may send a second one behind the first, and the
 * SDK's asynchronous HTTP client (seen with 2.57.8) gives both to the hooks and to the caller's
 * transformer before it reads the body of the first.
 *
 * <p>A second answer is refused, whatever its status: its headers are emptied, reading them as a
 * result fails, and its body is dropped. Where the first answer was read to its end before, the
 * call has succeeded with that one.
 *
 * <p>Threads: safe, answers come on event loops and are read on others. Never blocks.
 */
final class OneAnswer {
  /** What the SDK reads in the place of a second answer, and is refused when it did. */
  static final SdkHttpResponse EMPTY =
      SdkHttpResponse.builder().statusCode(200).statusText("refused by the reader").build();

  private @Nullable SdkHttpResponse first;
  private @Nullable ClavigerS3Exception refusal;

  OneAnswer() {}

  /**
   * Notes an answer as it came, before any interceptor changes it. A second registration of the
   * interceptor sees the same object again. Interim answers (1xx) do not count.
   *
   * @param second makes the refusal of a second one
   */
  @SuppressWarnings("ReferenceEquality") // two equal answers are two
  synchronized void arrived(SdkHttpResponse response, Supplier<ClavigerS3Exception> second) {
    if (response.statusCode() < 200 || response == first) {
      return;
    }
    if (first == null) {
      first = response;
    } else if (refusal == null) {
      refusal = second.get();
    }
  }

  /** Returns why the call is refused, null where there was no second answer. */
  synchronized @Nullable ClavigerS3Exception refusal() {
    return refusal;
  }

  /**
   * Refuses what follows a second answer.
   *
   * @throws ClavigerS3Exception PROTOCOL if there was one
   */
  void require() {
    ClavigerS3Exception second = refusal();
    if (second != null) {
      throw second;
    }
  }

  /**
   * As {@link #require()}, and first drops the body that came, so that the HTTP client releases its
   * buffers and closes the connection.
   */
  void requireOrDrop(@Nullable Publisher<ByteBuffer> body) {
    if (refusal() != null && body != null) {
      body.subscribe(new Dropped());
    }
    require();
  }
}
