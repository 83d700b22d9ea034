package io.claviger.s3;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectName;
import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.SealedObjects.Described;
import io.claviger.s3.SealedObjects.Seen;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkInternalExecutionAttribute;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Obtains what the answers of asynchronous clients need before they come: proved lengths need the
 * data key, and headers of parts, and event loops may not wait for either.
 *
 * <p>Before a HeadObject, a range or a part, the object's description is read by one HEAD of the
 * sub-request client, and remembered. When the answer then is of another version, the object was
 * overwritten: what it needs is obtained on a thread of ours, and the SDK is told to send the
 * request again. The same is done for the whole of a multipart object whose layout is not known,
 * and when the store says that an object ends before what is remembered of it.
 *
 * <p>Threads: safe. Blocking: {@link #plan} and {@link #await} block, the rest does not.
 */
final class Ahead {
  /** Threads that wait for keys: as many as the key management service serves at once. */
  static final Executor THREADS = WorkerThreads.pool("claviger-s3-ahead", 64);

  /** About a kilobyte each. */
  private static final int MAX_SEEN = 1024;

  private record Key(ObjectName name, @Nullable String versionId) {}

  private final SealedObjects objects;
  private final Cache<Key, Seen> seen =
      Caffeine.newBuilder().maximumSize(MAX_SEEN).executor(Runnable::run).build();

  Ahead(SealedObjects objects) {
    this.objects = objects;
  }

  private static Key key(Call call) {
    return new Key(call.asked(), call.reading().versionId());
  }

  /** Whether a failed attempt is never repeated: then nothing can be made up for. */
  static boolean withoutRetries(ExecutionAttributes attributes) {
    SdkClient client = attributes.getAttribute(SdkInternalExecutionAttribute.SDK_CLIENT);
    return client instanceof S3AsyncClient s3
        && s3.serviceClientConfiguration()
            .overrideConfiguration()
            .retryStrategy()
            .filter(strategy -> strategy.maxAttempts() == 1)
            .isPresent();
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
  @Nullable SealedObject plan(Call call, ExecutionAttributes attributes) {
    Seen kept = withoutRetries(attributes) ? null : seen.getIfPresent(key(call));
    if (kept != null) {
      Prepared remembered = Prepared.remembered(kept, found -> open(call, found, attributes));
      SealedObject object = remembered.objectOrNull();
      if (object != null && EndProof.has(object, call.reading())) {
        call.prepared = remembered;
        return object;
      }
    }
    try {
      Seen found = objects.head(call, attributes);
      call.prepared = prepare(Runnable::run, call, () -> found, attributes);
    } catch (S3Exception e) {
      call.prepared = Prepared.failed(e); // the caller's own request meets the same answer
    }
    return call.prepared.objectOrNull();
  }

  private Prepared prepare(
      Executor executor, Call call, Supplier<Seen> seeing, ExecutionAttributes attributes) {
    return Prepared.on(executor, seeing, found -> open(call, found, attributes));
  }

  private Described open(Call call, Seen found, ExecutionAttributes attributes) {
    Described described = objects.describe(call, found, attributes);
    if (described.object() != null) {
      wanted(described.object(), call.reading());
      seen.put(key(call), found);
    }
    return described;
  }

  /**
   * Returns what a request asks for, null for all of the object or nothing of it. Asks {@code
   * object} everything that the answer will ask, so that it knows.
   */
  static @Nullable Slice wanted(SealedObject object, Reading reading) {
    long plainBytes = object.plainBytes();
    Slice slice = null;
    if (reading.partNumber() != null) {
      SealedObject.Part part = object.part(reading.partNumber());
      slice = part == null ? null : part.slice();
    } else if (reading.range() != null) {
      slice = reading.range().within(plainBytes);
    }
    if (slice != null) {
      object.covering(slice);
    }
    return slice;
  }

  /**
   * Returns the object of an answer if it was obtained, null otherwise.
   *
   * @throws RuntimeException what obtaining it threw
   */
  static @Nullable SealedObject find(Call call, StoredVersion version) {
    Prepared prepared = call.prepared;
    return prepared != null && prepared.isOf(call, version) ? prepared.described().object() : null;
  }

  /** Begins to obtain what an answer lacks, and returns what makes the SDK send again. */
  RetryableException again(Call call, Seen found, ExecutionAttributes attributes) {
    call.prepared = prepare(THREADS, call, () -> found, attributes);
    return repeat(call);
  }

  /**
   * Returns what is known of an object of which the store says that it ends before what is asked
   * for. Never blocks: what contradicts the store is forgotten and read anew on a thread of ours,
   * once, and the SDK is told to send the request again.
   *
   * @throws RetryableException if the object is read anew
   * @throws RuntimeException what seeing or opening the object threw
   */
  Described atEnd(Call call, ExecutionAttributes attributes) {
    Prepared prepared = call.prepared;
    boolean settled =
        prepared != null
            && (call.readAnew || withoutRetries(attributes) || prepared.lacks(call.reading()));
    if (prepared != null && settled) {
      return prepared.described();
    }
    forget(call);
    call.readAnew = true;
    call.prepared = prepare(THREADS, call, () -> objects.head(call, attributes), attributes);
    throw repeat(call);
  }

  /** Forgets what is remembered of an object. */
  void forget(Call call) {
    seen.invalidate(key(call));
  }

  private static RetryableException repeat(Call call) {
    return RetryableException.create(
        "%s: the object was overwritten while it was being read, or is seen for the first time. What its answer needs is being read; repeat the call"
            .formatted(call.where()));
  }

  /** Waits for what the last attempt lacked. */
  static void await(Call call) {
    Prepared prepared = call.prepared;
    if (prepared != null) {
      prepared.await();
    }
  }
}
