package io.claviger.s3.internal.read;

import io.claviger.s3.internal.stored.SealedObjects.Described;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * One kind of stored object: what callers get of an answer that holds one, or a refusal. For
 * answers of asynchronous clients nothing here blocks; what must wait is in the body that {@link
 * Answer#open} names, or made ahead ({@link Finding}).
 */
interface ObjectKind {
  /** What is read on rather than asked for again, when a body begins before what is wanted. */
  long MAX_SKIPPED_BYTES = 4 << 20;

  /** Answers a whole object, a range or a part of it, whatever is asked for. */
  SdkHttpResponse answer(Answer answer);

  /**
   * Answers where the store says (416) that the object ends before what it was asked for.
   *
   * @param now the object, asked for again
   */
  SdkHttpResponse end(Answer answer, Described now);
}
