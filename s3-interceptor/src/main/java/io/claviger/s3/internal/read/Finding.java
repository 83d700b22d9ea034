package io.claviger.s3.internal.read;

import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import org.jspecify.annotations.Nullable;

/**
 * How the object of a read is found: at once where threads may wait, ahead of the answer where they
 * may not. One for each call.
 */
interface Finding {
  /**
   * A sealed object as far as it is found.
   *
   * @param object opened, null if it is opened when its body is asked for
   * @param supposedBytes its length if it opens then, -1 for an opened one
   */
  record Found(@Nullable SealedObject object, long supposedBytes) {
    static Found opened(SealedObject object) {
      return new Found(object, -1);
    }
  }

  /** Plans which stored bytes to ask for, by what is known of the object; may block. */
  void plan();

  /** Refuses what cannot be read, before the request is sent. */
  void check();

  /** Waits for what the last attempt lacked; on no event loop. */
  void await();

  /** Forgets what a listing said of the object, since its own answer came or the call failed. */
  void settled();

  /** Forgets what was kept of an object that was overwritten. */
  void forget();

  /** Returns the object as it is now, whatever was known of it. */
  Described describe();

  /**
   * Returns the sealed object of an answer.
   *
   * @param whole whether the answer has all of its stored bytes, and all of them are asked for
   */
  Found find(Seen seen, boolean whole);
}
