package io.claviger.bulk.run;

import io.claviger.bulk.Counts;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Progress;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.Unit;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * Binds a run to a Micrometer registry, an optional dependency: give it to {@link
 * BulkRunner#listener}. Each meter has the tag {@code run}, the name given here.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><td>{@code claviger.bulk.units}</td><td>timer; status (as in reports), code: how long the job
 * worked on each unit</td></tr>
 * <tr><td>{@code claviger.bulk.waits}</td><td>counter; requests that were not answered and are sent
 * again</td></tr>
 * <tr><td>{@code claviger.bulk.requests}</td><td>counter; to ({@code store} or {@code
 * keys})</td></tr>
 * <tr><td>{@code claviger.bulk.done}</td><td>gauge; units that are done with, those of earlier runs
 * in the same folder included</td></tr>
 * <tr><td>{@code claviger.bulk.rate}</td><td>gauge; units in a second</td></tr>
 * <tr><td>{@code claviger.bulk.left}</td><td>gauge; seconds left at that rate, NaN where the number
 * of units is not known</td></tr>
 * <tr><td>{@code claviger.bulk.waiting}</td><td>gauge; 1 while the run waits for a store or key
 * service</td></tr>
 * </table>
 *
 * <p>The last five are as of the last checkpoint, and stay when the run has ended. No tag holds a
 * name of an object or a key, since their number has no bound. Threads: safe.
 */
public final class RunMetrics implements RunListener {
  private static final String PREFIX = "claviger.bulk.";
  private static final Progress NOTHING = new Progress(Counts.NONE, 0, 0, 0, Optional.empty(), "");

  private final MeterRegistry registry;
  private final String run;
  private final AtomicReference<Progress> last = new AtomicReference<>(NOTHING);

  /**
   * Registers the meters.
   *
   * @param run a name of the caller's, such as {@code audit-of-orders}
   */
  public RunMetrics(MeterRegistry registry, String run) {
    this.registry = registry;
    this.run = run;
    requests("store", Progress::storeRequests);
    requests("keys", Progress::keyCalls);
    gauge("done", now -> now.counts().units());
    gauge("rate", Progress::unitsPerSecond);
    gauge("left", now -> now.timeLeft().map(left -> left.toMillis() / 1e3).orElse(Double.NaN));
    gauge("waiting", now -> now.waitingFor().isEmpty() ? 0 : 1);
  }

  /** A registry forgets what its meters are about; so they are about the registry itself. */
  private void requests(String to, ToDoubleFunction<Progress> value) {
    FunctionCounter.builder(PREFIX + "requests", registry, of -> value.applyAsDouble(last.get()))
        .tag("run", run)
        .tag("to", to)
        .register(registry);
  }

  private void gauge(String name, ToDoubleFunction<Progress> value) {
    Gauge.builder(PREFIX + name, () -> value.applyAsDouble(last.get()))
        .tag("run", run)
        .register(registry);
  }

  @Override
  public void finished(String job, Unit unit, Outcome outcome, Duration took) {
    registry
        .timer(
            PREFIX + "units", "run", run, "status", outcome.status().word(), "code", outcome.code())
        .record(took);
  }

  @Override
  public void waiting(String job, String what) {
    registry.counter(PREFIX + "waits", "run", run).increment();
  }

  @Override
  public void progress(Progress progress) {
    last.set(progress);
  }
}
