package io.claviger.service;

import io.claviger.kms.DataKey;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to listeners and the audit log ({@value #AUDIT_LOG}, level INFO, management operations)
 * what was done. Costs nothing for operations that nobody hears of.
 *
 * <p>Threads: safe.
 */
final class Observer implements CallPolicy.RetryListener {
  static final String AUDIT_LOG = "io.claviger.audit";

  private static final Logger AUDIT = LoggerFactory.getLogger(AUDIT_LOG);
  private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

  private final ServiceSettings settings;

  Observer(ServiceSettings settings) {
    this.settings = settings;
  }

  /** Carries out {@code work} and reports how it ended. */
  <T> T observe(
      Operation operation,
      @Nullable String keyId,
      @Nullable EncryptionContext context,
      Supplier<T> work) {
    boolean audited = operation.isChange() && AUDIT.isInfoEnabled();
    if (!audited && settings.listeners.isEmpty()) {
      return work.get();
    }
    long begun = settings.nanoTime.getAsLong();
    T answer = null;
    ErrorKind failure = ErrorKind.INTERNAL;
    try {
      answer = work.get();
      failure = null;
      return answer;
    } catch (KmsException e) {
      failure = e.kind();
      throw e;
    } finally {
      report(operation, keyId, context, answer, failure, begun);
    }
  }

  private void report(
      Operation operation,
      @Nullable String keyId,
      @Nullable EncryptionContext context,
      @Nullable Object answer,
      @Nullable ErrorKind failure,
      long begun) {
    OperationRecord finished =
        new OperationRecord(
            settings.clock.instant(),
            who(),
            operation.toString(),
            operation.isChange(),
            keyOf(answer, keyId),
            versionOf(answer),
            failure,
            Duration.ofNanos(settings.nanoTime.getAsLong() - begun),
            hashes(context));
    if (finished.management()) {
      AUDIT.info(
          "who=\"{}\" operation={} key=\"{}\" version={} outcome={} ms={}",
          finished.who(),
          operation,
          finished.keyId(),
          finished.keyVersion(),
          failure == null ? "success" : failure,
          finished.latency().toMillis());
    }
    each(listener -> listener.operationFinished(finished));
  }

  private String who() {
    try {
      return settings.principal.get();
    } catch (RuntimeException e) {
      LOG.warn("the supplier of the principal failed", e);
      return "";
    }
  }

  @Override
  public void retried(Operation operation, int attempt, ErrorKind failure) {
    LOG.warn("{} attempt {} failed ({}), trying again", operation, attempt, failure);
    each(listener -> listener.retried(operation.toString(), attempt, failure));
  }

  void statusChanged(ServiceStatus status, long version) {
    each(listener -> listener.statusChanged(status, version));
  }

  private void each(Consumer<KmsListener> call) {
    for (KmsListener listener : settings.listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("a listener failed: {}", listener.getClass().getName(), e);
      }
    }
  }

  private static String keyOf(@Nullable Object answer, @Nullable String asked) {
    if (answer instanceof KeyMetadata metadata) {
      return metadata.keyId();
    }
    return asked == null ? "" : asked;
  }

  private static int versionOf(@Nullable Object answer) {
    if (answer instanceof KeyMetadata metadata) {
      return metadata.currentVersion();
    }
    if (answer instanceof EncryptResult result) {
      return result.keyVersion();
    }
    return answer instanceof DataKey key ? key.masterKeyVersion() : 0;
  }

  private static Map<String, String> hashes(@Nullable EncryptionContext context) {
    if (context == null || context.isEmpty()) {
      return Map.of();
    }
    Map<String, String> hashes = new HashMap<>();
    context.entries().forEach((name, value) -> hashes.put(name, sha256(value)));
    return hashes;
  }

  private static String sha256(String value) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }
}
