package io.claviger.service;

import io.claviger.kms.KmsBackendFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the program around the service decides, in code only: listeners, who is calling, where a new
 * configuration is kept, clocks.
 *
 * <p>Immutable and safe for threads.
 */
public final class ServiceSettings {
  /** How often keys whose deletion is due are looked for, unless set otherwise. */
  public static final Duration DEFAULT_SWEEP_INTERVAL = Duration.ofHours(1);

  /** Waits; replaced in tests. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  final List<KmsListener> listeners;
  final List<KmsBackendFactory> factories;
  final Supplier<String> principal;
  final ConfigStore store;
  final Clock clock;
  final Duration sweepInterval;
  final LongSupplier nanoTime;
  final Pause pause;

  private ServiceSettings(Builder from) {
    this.listeners = List.copyOf(from.listeners);
    this.factories = List.copyOf(from.factories);
    this.principal = from.principal;
    this.store = from.store;
    this.clock = from.clock;
    this.sweepInterval = from.sweepInterval;
    this.nanoTime = from.nanoTime;
    this.pause = from.pause;
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns no listeners, no store, the system clock and a sweep every hour. */
  public static ServiceSettings defaults() {
    return builder().build();
  }

  /** Collects the settings. */
  public static final class Builder {
    private final List<KmsListener> listeners = new ArrayList<>();
    private final List<KmsBackendFactory> factories = new ArrayList<>();
    private Supplier<String> principal = () -> "";
    private ConfigStore store = config -> {};
    private Clock clock = Clock.systemUTC();
    private Duration sweepInterval = DEFAULT_SWEEP_INTERVAL;
    private LongSupplier nanoTime = System::nanoTime;
    private Pause pause = time -> Thread.sleep(time.toMillis());

    private Builder() {}

    /** Adds a listener. */
    public Builder listener(KmsListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * Adds a factory that {@code ServiceLoader} does not find, for instance one with dependencies
     * of its own; it comes before those found.
     */
    public Builder backendFactory(KmsBackendFactory factory) {
      factories.add(factory);
      return this;
    }

    /** Sets who is calling, asked on the thread of the call; stands in audit records. */
    public Builder principal(Supplier<String> who) {
      this.principal = who;
      return this;
    }

    /** Sets where {@code reconfigure} keeps a configuration before it takes effect. */
    public Builder store(ConfigStore configStore) {
      this.store = configStore;
      return this;
    }

    /** Sets the source of dates; default the system clock. */
    public Builder clock(Clock source) {
      this.clock = source;
      return this;
    }

    /** Sets how often due deletions are looked for; zero never, unless the program asks. */
    public Builder sweepInterval(Duration interval) {
      this.sweepInterval = interval;
      return this;
    }

    Builder nanoTime(LongSupplier source) {
      this.nanoTime = source;
      return this;
    }

    Builder pause(Pause waiting) {
      this.pause = waiting;
      return this;
    }

    public ServiceSettings build() {
      return new ServiceSettings(this);
    }
  }
}
