package io.claviger.s3.internal.copy;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.body.AsyncBody;
import io.claviger.s3.internal.body.StoredBody;
import io.claviger.s3.internal.stored.RangePlan.Stored;
import io.claviger.s3.internal.wire.ETags;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * What an upload reads over a connection of the interceptor's own: opened for each attempt. The SDK
 * closes no stream of an upload, and reads no further than its length, so the one before is closed
 * when the next is opened, and the last one with the call.
 *
 * <p>Threads: safe.
 */
final class UploadSource implements ContentStreamProvider {
  private final Supplier<InputStream> opening;
  private @Nullable InputStream current;

  UploadSource(Supplier<InputStream> opening) {
    this.opening = opening;
  }

  @Override
  public InputStream newStream() {
    close();
    InputStream opened = opening.get();
    synchronized (this) {
      current = opened;
    }
    return opened;
  }

  /**
   * Refuses an answer that is not what was asked for: another object than {@code If-Match} names,
   * the whole or another range in the place of a range, another length.
   *
   * @param bytes how many bytes were asked for
   * @throws ClavigerS3Exception PROTOCOL; the answer is closed then
   */
  static void requireAsked(
      String where,
      GetObjectRequest asked,
      ResponseInputStream<GetObjectResponse> answer,
      long bytes) {
    GetObjectResponse found = answer.response();
    Stored range = Stored.parse(String.valueOf(found.contentRange()));
    String got = range == null ? null : "bytes=" + range.first() + "-" + range.last();
    boolean asAsked =
        ETags.meet(asked.ifMatch(), found.eTag())
            && (asked.range() == null ? range == null : asked.range().equals(got))
            && Long.valueOf(bytes).equals(found.contentLength());
    if (!asAsked) {
      answer.abort();
      throw ClavigerS3Exception.of(
          Failure.PROTOCOL,
          where,
          "the store answered for the source with ETag %s, Content-Range \"%s\" and %d bytes where ETag %s, range \"%s\" and %d bytes were asked for. Nothing of it was copied; check the store or the proxy before it"
              .formatted(
                  found.eTag(),
                  found.contentRange(),
                  found.contentLength(),
                  asked.ifMatch(),
                  asked.range(),
                  bytes));
    }
  }

  /** Closes what is open; may wait for the network. */
  void close() {
    InputStream open;
    synchronized (this) {
      open = current;
      current = null;
    }
    StoredBody.release(open);
  }

  /**
   * Closes what is open when the call is over, on a thread that may wait.
   *
   * @param async whether this thread may not
   */
  void close(boolean async) {
    if (async) {
      AsyncBody.THREADS.execute(this::close);
    } else {
      close();
    }
  }
}
