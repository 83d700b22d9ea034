package io.claviger.bulk;

/** A job at work in one process. Threads: safe. Blocking: asks the store, some jobs the keys. */
@FunctionalInterface
public interface JobWork {
  /**
   * Works on one unit. It may be called again for the same unit, after a failure or by a resumed
   * run, and must then come to the same end.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException as the store or the interceptor
   *     answers, where the job has no outcome of its own for it: the runner decides whether to
   *     wait, to stop, or to give the unit up
   * @throws io.claviger.kms.KmsException as the key service answers, likewise
   */
  Outcome apply(Unit unit);
}
