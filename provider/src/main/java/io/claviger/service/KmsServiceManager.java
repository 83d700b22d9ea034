package io.claviger.service;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life cycle of the key management service: configure, start, stop, swap the backend while
 * calls go on.
 *
 * <p>Threads: safe. {@code configure}, {@code start}, {@code stop} and {@code reconfigure} exclude
 * each other; calls through {@link #manager()} never wait for them. Blocking: start and reconfigure
 * connect.
 */
public final class KmsServiceManager {
  private static final Logger LOG = LoggerFactory.getLogger(KmsServiceManager.class);
  private static final AtomicReference<@Nullable KmsServiceManager> PROCESS_WIDE =
      new AtomicReference<>();

  private final ServiceSettings settings;
  private final KmsManager manager = new KmsManager(this);

  private final Observer observer;
  private final DeletionSweeper sweeper;
  private final Overdue overdue;

  private @Nullable KmsConfig configured;
  private volatile long lastVersion; // written under the lock
  private final AtomicLong epoch = new AtomicLong();
  private volatile @Nullable Generation running;
  private volatile ServiceStatus status = ServiceStatus.NOT_CONFIGURED;

  /** Makes a service without listeners. */
  public KmsServiceManager() {
    this(ServiceSettings.defaults());
  }

  /** Makes a service with your settings. */
  public KmsServiceManager(ServiceSettings settings) {
    this.settings = settings;
    this.observer = new Observer(settings);
    this.overdue = new Overdue(settings.nanoTime);
    this.sweeper = new DeletionSweeper(manager, settings.sweepInterval, overdue);
  }

  /**
   * Makes the process-wide service, configured but not started.
   *
   * @throws KmsException INVALID_REQUEST if there is one already; INVALID_CONFIGURATION if {@code
   *     config} is wrong
   */
  public static KmsServiceManager init(KmsConfig config) {
    KmsServiceManager made = new KmsServiceManager();
    made.configure(config);
    if (!PROCESS_WIDE.compareAndSet(null, made)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "the process-wide service exists already; call reconfigure on KmsServiceManager.get()");
    }
    return made;
  }

  /** Returns the process-wide service, if {@link #init} was called. */
  public static Optional<KmsServiceManager> get() {
    return Optional.ofNullable(PROCESS_WIDE.get());
  }

  /** Returns a running service over a backend that you made; it is closed by {@link #stop}. */
  public static KmsServiceManager running(KmsBackend backend, @Nullable String defaultKeyId) {
    KmsServiceManager made = new KmsServiceManager();
    KmsConfig config =
        KmsConfig.builder(CustomConfig.of("in-code")).defaultKeyId(defaultKeyId).build();
    made.begin(config, backend);
    return made;
  }

  /**
   * Takes a configuration for the next start.
   *
   * @throws KmsException INVALID_CONFIGURATION if it is wrong; INVALID_REQUEST if the service runs:
   *     reconfigure then
   */
  public synchronized void configure(KmsConfig config) {
    if (running != null) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST, "the service runs; call reconfigure instead");
    }
    config.validate();
    configured = config;
    changeStatus(ServiceStatus.CONFIGURED);
  }

  /**
   * Makes the backend, checks its health and answers calls from then on; does nothing when running.
   *
   * @throws KmsException NOT_RUNNING before configure; else what making the backend throws
   */
  public synchronized void start() {
    if (running != null) {
      return;
    }
    KmsConfig config = configured;
    if (config == null) {
      throw KmsException.of(
          ErrorKind.NOT_RUNNING, "the key management service has no configuration; call configure");
    }
    try {
      begin(config, healthy(config));
    } catch (KmsException e) {
      changeStatus(ServiceStatus.error(e.getMessage()));
      throw e;
    }
  }

  /** Answers no further calls; calls in flight finish, then the backend is closed. */
  public synchronized void stop() {
    Generation old = running;
    running = null;
    sweeper.stop();
    if (old != null) {
      changeStatus(ServiceStatus.CONFIGURED);
      old.retire();
    }
  }

  /** {@link #configure} and {@link #start} for callers that must not block, on daemon threads. */
  public CompletionStage<ServiceStatus> startAsync(KmsConfig config) {
    return onThreads(
        () -> {
          configure(config);
          start();
        });
  }

  /** {@link #configure} for callers that must not block, on daemon threads. */
  public CompletionStage<ServiceStatus> configureAsync(KmsConfig config) {
    return onThreads(() -> configure(config));
  }

  /** {@link #start} for callers that must not block, on daemon threads. */
  public CompletionStage<ServiceStatus> startAsync() {
    return onThreads(this::start);
  }

  /** {@link #reconfigure} for callers that must not block, on daemon threads. */
  public CompletionStage<ServiceStatus> reconfigureAsync(KmsConfig config) {
    return onThreads(() -> reconfigure(config));
  }

  private CompletionStage<ServiceStatus> onThreads(Runnable change) {
    return manager
        .async()
        .call(
            kms -> {
              change.run();
              return status;
            });
  }

  /** Stops and starts. */
  public synchronized void restart() {
    stop();
    start();
  }

  /**
   * Swaps to another configuration without a stopped instant: the new backend is made and checked,
   * the configuration stored, then the swap is one step. A failure keeps the old one.
   *
   * @throws KmsException what validation, making or storing throws
   */
  public synchronized void reconfigure(KmsConfig config) {
    config.validate();
    KmsBackend fresh = healthy(config);
    try {
      settings.store.save(config);
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
    begin(config, fresh);
  }

  private KmsBackend healthy(KmsConfig config) {
    KmsBackend backend = Backends.make(config, settings);
    try {
      backend.healthCheck();
      return backend;
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  private synchronized void begin(KmsConfig config, KmsBackend backend) {
    Generation old = running;
    configured = config;
    lastVersion++;
    running = new Generation(backend, config, lastVersion, settings, observer);
    changeStatus(ServiceStatus.RUNNING);
    LOG.info("key management service runs, configuration {}", lastVersion);
    sweeper.start();
    config.defaultKeyId().ifPresent(keyId -> sayIfMissing(backend, keyId));
    if (old != null) {
      old.retire();
    }
  }

  /** No error: it may be created next. Whether it is there cannot always be seen. */
  private static void sayIfMissing(KmsBackend backend, String keyId) {
    try {
      backend.describeKey(new DescribeKeyRequest(keyId));
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.KEY_NOT_FOUND) {
        LOG.warn(
            "config \"default_key_id\" names \"{}\", which does not exist: calls that name no key will fail. Create it, or correct the setting",
            keyId);
      }
    }
  }

  private void changeStatus(ServiceStatus changed) {
    status = changed;
    nextEpoch();
    observer.statusChanged(changed, lastVersion);
  }

  /**
   * Asks the running backend whether it can be used, and returns the status that follows: RUNNING,
   * or ERROR with what it said. Calls are answered in both. NOT_RUNNING before start.
   */
  public ServiceStatus healthCheck() {
    ServiceStatus found = ServiceStatus.RUNNING;
    try {
      manager.healthCheck();
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.NOT_RUNNING) {
        throw e;
      }
      found = ServiceStatus.error(e.getMessage());
    }
    synchronized (this) {
      if (running != null && !found.equals(status)) {
        changeStatus(found);
      }
      return status;
    }
  }

  long epoch() {
    return epoch.get();
  }

  void nextEpoch() {
    epoch.incrementAndGet();
  }

  Overdue overdue() {
    return overdue;
  }

  Observer observer() {
    return observer;
  }

  ServiceSettings settings() {
    return settings;
  }

  /** Returns where the service stands. */
  public ServiceStatus status() {
    return status;
  }

  /** Returns a number that rises with every start and swap. */
  public long version() {
    return lastVersion;
  }

  /**
   * Returns the operations. The same object serves across swaps; its calls throw NOT_RUNNING while
   * the service does not run.
   */
  public KmsManager manager() {
    return manager;
  }

  /**
   * Returns the type name of the running backend, as its configuration says it.
   *
   * @throws KmsException NOT_RUNNING
   */
  public String backendType() {
    return inside(generation -> generation.config.backend().typeName());
  }

  /** Carries out {@code work} inside the running generation. */
  <T> T inside(Function<Generation, T> work) {
    while (true) {
      Generation generation = running;
      if (generation == null) {
        throw KmsException.of(
            ErrorKind.NOT_RUNNING,
            "the key management service does not run (%s); call configure and start"
                .formatted(status.state()));
      }
      if (generation.enter()) {
        try {
          return work.apply(generation);
        } finally {
          generation.leave();
        }
      }
    }
  }
}
