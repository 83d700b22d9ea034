package io.claviger.service;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What the program around the service decides, in code only: where a new configuration is kept.
 *
 * <p>Immutable and safe for threads.
 */
public final class ServiceSettings {
  /** Waits; replaced in tests. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  final ConfigStore store;
  final LongSupplier nanoTime;
  final Pause pause;

  private ServiceSettings(Builder from) {
    this.store = from.store;
    this.nanoTime = from.nanoTime;
    this.pause = from.pause;
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns no store and the system's clock. */
  public static ServiceSettings defaults() {
    return builder().build();
  }

  /** Collects the settings. */
  public static final class Builder {
    private ConfigStore store = config -> {};
    private LongSupplier nanoTime = System::nanoTime;
    private Pause pause = time -> Thread.sleep(time.toMillis());

    private Builder() {}

    /** Sets where {@code reconfigure} keeps a configuration before it takes effect. */
    public Builder store(ConfigStore configStore) {
      this.store = configStore;
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
