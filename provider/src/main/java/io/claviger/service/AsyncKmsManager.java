package io.claviger.service;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The operations of {@link KmsManager} for callers that must not block. Each is carried out on the
 * executor; its stage ends with the answer, or with the {@code KmsException} that the blocking call
 * throws (RATE_LIMITED if the executor refuses).
 *
 * <p>A stage that was cancelled before its answer came does not stop the work; an answer that holds
 * a secret is then closed. Threads: safe.
 */
public final class AsyncKmsManager {
  private static final long IDLE_SECONDS = 30;

  /** Made on first use. */
  private static final class Shared {
    static final ThreadPoolExecutor THREADS = threads();

    private static ThreadPoolExecutor threads() {
      return new ThreadPoolExecutor(
          0,
          2 * CallPolicy.MAX_IN_FLIGHT,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread made = new Thread(work, "claviger-kms");
            made.setDaemon(true);
            return made;
          });
    }
  }

  private final KmsManager manager;
  private final Executor executor;

  AsyncKmsManager(KmsManager manager, Executor executor) {
    this.manager = manager;
    this.executor = executor;
  }

  static Executor sharedThreads() {
    return Shared.THREADS;
  }

  public CompletionStage<KeyMetadata> createKey(CreateKeyRequest request) {
    return call(kms -> kms.createKey(request));
  }

  public CompletionStage<KeyMetadata> ensureKey(String keyId) {
    return call(kms -> kms.ensureKey(keyId));
  }

  public CompletionStage<KeyMetadata> describeKey(String keyId) {
    return call(kms -> kms.describeKey(keyId));
  }

  public CompletionStage<ListKeysResult> listKeys(ListKeysRequest request) {
    return call(kms -> kms.listKeys(request));
  }

  public CompletionStage<EncryptResult> encrypt(EncryptRequest request) {
    return call(kms -> kms.encrypt(request));
  }

  /** The answer belongs to the caller, who closes it. */
  public CompletionStage<SecretBytes> decrypt(DecryptRequest request) {
    return call(kms -> kms.decrypt(request));
  }

  /** The answer belongs to the caller, who closes it. */
  public CompletionStage<DataKey> generateDataKey(GenerateDataKeyRequest request) {
    return call(kms -> kms.generateDataKey(request));
  }

  public CompletionStage<EncryptResult> reEncrypt(
      DecryptRequest source, String destinationKeyId, EncryptionContext destinationContext) {
    return call(kms -> kms.reEncrypt(source, destinationKeyId, destinationContext));
  }

  public CompletionStage<EncryptResult> rewrap(DecryptRequest request) {
    return call(kms -> kms.rewrap(request));
  }

  public CompletionStage<KeyMetadata> deleteKey(DeleteKeyRequest request) {
    return call(kms -> kms.deleteKey(request));
  }

  public CompletionStage<KeyMetadata> cancelKeyDeletion(String keyId) {
    return call(kms -> kms.cancelKeyDeletion(keyId));
  }

  public CompletionStage<KeyMetadata> enableKey(String keyId) {
    return call(kms -> kms.enableKey(keyId));
  }

  public CompletionStage<KeyMetadata> disableKey(String keyId) {
    return call(kms -> kms.disableKey(keyId));
  }

  public CompletionStage<KeyMetadata> rotateKey(String keyId) {
    return call(kms -> kms.rotateKey(keyId));
  }

  /** Carries out any operation, also several in a row, off the caller's thread. */
  public <T> CompletionStage<T> call(Function<KmsManager, T> operation) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    try {
      executor.execute(() -> carryOut(operation, stage));
    } catch (RejectedExecutionException e) {
      stage.completeExceptionally(CallPolicy.tooMany(e));
    }
    return stage;
  }

  private <T> void carryOut(Function<KmsManager, T> operation, CompletableFuture<T> stage) {
    try {
      T answer = operation.apply(manager);
      if (!stage.complete(answer)) {
        close(answer);
      }
    } catch (RuntimeException | Error e) {
      stage.completeExceptionally(e);
    }
  }

  private static void close(Object answer) {
    if (answer instanceof SecretBytes secret) {
      secret.close();
    } else if (answer instanceof DataKey key) {
      key.close();
    }
  }
}
