package io.claviger.s3.internal.read;

import io.claviger.s3.internal.body.WorkerThreads;
import io.claviger.s3.internal.sdk.SdkInternals;
import io.claviger.s3.internal.sdk.SdkMembers;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import io.claviger.s3.internal.stored.SeenObjects;
import io.claviger.s3.internal.stored.StoredVersion;
import io.claviger.s3.internal.stored.SupposedLayout;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Obtains what the answers of an asynchronous client's call need before they come: proved lengths
 * need the data key, and headers of parts, and event loops may not wait for either.
 *
 * <p>Before a HeadObject, a range or a part, the object's description is read by one HEAD of the
 * sub-request client, and remembered. When the answer then is of another version, the object was
 * overwritten: what it needs is obtained on an interceptor thread, and the SDK is made to send the
 * request again. The same is done for the whole of a multipart object whose layout is not known,
 * and when the store says that an object ends before what is remembered of it.
 *
 * <p>Outlives the attempts of its call. Threads: one at a time. Blocking: {@link #plan} and {@link
 * #await} block, the rest does not.
 */
final class Prefetch {
  /** Threads that wait for keys: as many as the key management service serves at once. */
  static final Executor THREADS = WorkerThreads.pool("claviger-s3-ahead", 64);

  private final SealedObjects objects;
  private final SeenObjects seen;
  private final Reading reading;

  /** What was obtained before the answer came. */
  private @Nullable Prepared prepared;

  /** Set when the object was read again, since the store said that it ends where it did not. */
  private boolean readAgain;

  Prefetch(SealedObjects objects, SeenObjects seen, Reading reading) {
    this.objects = objects;
    this.seen = seen;
    this.reading = reading;
  }

  /** Whether a failed attempt is never repeated: then nothing can be made up for. */
  static boolean withoutRetries(ExecutionAttributes attributes) {
    if (!(SdkInternals.client(attributes) instanceof S3AsyncClient s3)) {
      return false;
    }
    Integer attempts = SdkMembers.attempts(s3.serviceClientConfiguration().overrideConfiguration());
    return attempts != null && attempts == 1;
  }

  private boolean withoutRetries() {
    return withoutRetries(reading.exchange().attributes());
  }

  /**
   * Finds the object and obtains what its answer will need, before the request is made. What goes
   * wrong is left to the answer: the store may answer otherwise.
   *
   * <p>Only what was proved is remembered, and it is asked for again where it does not open any
   * more, or says that the object has none of what is asked for: it may have been overwritten or
   * restored.
   *
   * @return the object, null if it is not sealed or could not be seen or opened
   */
  @Nullable SealedObject plan() {
    SupposedLayout listed = objects.listed(reading); // newer than what was remembered
    Seen kept = listed != null || withoutRetries() ? null : seen.find(reading);
    if (kept != null) {
      Prepared remembered = Prepared.remembered(kept, this::open);
      SealedObject object = remembered.objectOrNull();
      if (object != null && object.has(reading)) {
        prepared = remembered;
        return object;
      }
    }
    try {
      if (listed != null) {
        objects.askEarly(reading, listed.version(), listed.places(reading.range()));
      }
      Seen found = objects.see(reading);
      prepared = Prepared.on(Runnable::run, () -> found, this::open);
    } catch (S3Exception e) {
      prepared = Prepared.failed(e); // the caller's own request meets the same answer
    }
    return prepared.objectOrNull();
  }

  private Described open(Seen found) {
    Described described = objects.describe(reading, found);
    if (described.object() != null) {
      described.object().wanted(reading);
      seen.keep(reading, found);
    }
    return described;
  }

  /**
   * Returns the object of an answer if it was obtained, null otherwise.
   *
   * @throws RuntimeException what obtaining it threw
   */
  @Nullable SealedObject find(StoredVersion version) {
    Prepared found = prepared;
    return found != null && found.isOf(reading, version) ? found.described().object() : null;
  }

  /** Begins to obtain what an answer lacks, and returns what makes the SDK send again. */
  RetryableException again(Seen found) {
    return again(() -> found);
  }

  private RetryableException again(Supplier<Seen> seeing) {
    prepared = Prepared.on(THREADS, seeing, this::open);
    return RetryableException.create(
        "%s: the object was overwritten while it was being read, or is seen for the first time. What its answer needs is being read; repeat the call"
            .formatted(reading.where()));
  }

  /**
   * Returns what is known of an object of which the store says that it ends before what is asked
   * for. Never blocks: what contradicts the store is forgotten and read again on an interceptor
   * thread, once, and the SDK is made to send the request again.
   *
   * @throws RetryableException if the object is read again
   * @throws RuntimeException what seeing or opening the object threw
   */
  Described atEnd() {
    Prepared known = prepared;
    boolean settled = known != null && (readAgain || withoutRetries() || known.lacks(reading));
    if (known != null && settled) {
      return known.described();
    }
    forget();
    readAgain = true;
    throw again(() -> objects.head(reading));
  }

  /** Forgets what is remembered of the object. */
  void forget() {
    seen.forget(reading);
  }

  /** Waits for what the last attempt lacked. */
  void await() {
    if (prepared != null) {
      prepared.await();
    }
  }
}
