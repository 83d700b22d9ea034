package io.claviger.service;

import io.claviger.kms.ErrorKind;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Binds the service to a Micrometer registry, an optional dependency: give it to {@link
 * ServiceSettings.Builder#listener}, and the service to {@link #bindCaches}.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><td>{@code claviger.kms.operations}</td><td>timer; operation, outcome ({@code success} or
 * the error kind)</td></tr>
 * <tr><td>{@code claviger.kms.retries}</td><td>counter; operation, failure</td></tr>
 * <tr><td>{@code claviger.kms.running}</td><td>gauge; 1 while the service runs</td></tr>
 * <tr><td>{@code claviger.kms.version}</td><td>gauge; rises with every swap</td></tr>
 * <tr><td>{@code claviger.kms.cache}</td><td>counter; cache, result (hit, miss, evicted)</td></tr>
 * </table>
 *
 * <p>No tag holds a key id, since their number has no bound. Threads: safe.
 */
public final class KmsMetrics implements KmsListener {
  private static final String PREFIX = "claviger.kms.";

  private final MeterRegistry registry;
  private final AtomicLong running = new AtomicLong();
  private final AtomicLong version = new AtomicLong();

  /** Registers the gauges at {@code registry}. */
  public KmsMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder(PREFIX + "running", running, AtomicLong::get).register(registry);
    Gauge.builder(PREFIX + "version", version, AtomicLong::get).register(registry);
  }

  /** Registers the counters of both caches; 0 while the service does not run. */
  public static void bindCaches(MeterRegistry registry, KmsServiceManager service) {
    bind(registry, service, "metadata", KmsManager::metadataCacheStatistics);
    bind(registry, service, "dataKeys", KmsManager::dataKeyCacheStatistics);
  }

  private static void bind(
      MeterRegistry registry,
      KmsServiceManager service,
      String cache,
      Function<KmsManager, CacheStatistics> read) {
    count(registry, service, cache, "hit", read, CacheStatistics::hits);
    count(registry, service, cache, "miss", read, CacheStatistics::misses);
    count(registry, service, cache, "evicted", read, CacheStatistics::evictions);
  }

  private static void count(
      MeterRegistry registry,
      KmsServiceManager service,
      String cache,
      String result,
      Function<KmsManager, CacheStatistics> read,
      ToDoubleFunction<CacheStatistics> value) {
    FunctionCounter.builder(
            PREFIX + "cache",
            service,
            s ->
                s.status().state() == ServiceStatus.State.RUNNING
                    ? value.applyAsDouble(read.apply(s.manager()))
                    : 0)
        .tag("cache", cache)
        .tag("result", result)
        .register(registry);
  }

  @Override
  public void operationFinished(OperationRecord operation) {
    ErrorKind failure = operation.failure();
    registry
        .timer(
            PREFIX + "operations",
            "operation",
            operation.operation(),
            "outcome",
            failure == null ? "success" : failure.name())
        .record(operation.latency());
  }

  @Override
  public void retried(String operation, int attempt, ErrorKind failure) {
    registry
        .counter(PREFIX + "retries", "operation", operation, "failure", failure.name())
        .increment();
  }

  @Override
  public void statusChanged(ServiceStatus status, long newVersion) {
    running.set(status.isRunning() ? 1 : 0);
    version.set(newVersion);
  }
}
