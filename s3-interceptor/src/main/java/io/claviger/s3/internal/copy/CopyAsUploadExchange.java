package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.call.Exchange;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/** A copy that may be sent as an upload: what asynchronous clients send of it, and whether. */
abstract class CopyAsUploadExchange extends Exchange {
  private @Nullable CopiedBody copiedBody;

  CopyAsUploadExchange(Beginning begun) {
    super(begun);
  }

  /** Returns the body that an asynchronous client sends. */
  final AsyncRequestBody send(ContentStreamProvider source, long bytes) {
    CopiedBody body = new CopiedBody(source, bytes);
    copiedBody = body;
    return body;
  }

  @Override
  protected final void beforeAttempt() {
    if (copiedBody != null) {
      copiedBody.signed();
    }
  }

  @Override
  protected final boolean sentAnotherBody() {
    return copiedBody != null && !copiedBody.wasSubscribed();
  }
}
