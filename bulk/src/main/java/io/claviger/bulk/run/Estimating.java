package io.claviger.bulk.run;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Estimate;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Adds up what the units of a source would cost. */
final class Estimating {
  private static final Estimate NOTHING = new Estimate(0, 0, Cost.NONE);

  private final Plan plan;
  private final Clients clients;
  private final Pacer pacer;

  Estimating(Plan plan, Clients clients) {
    this.plan = plan;
    this.clients = clients;
    this.pacer = new Pacer(plan.limits().storeRequestsPerSecond(), 0);
  }

  Estimate run() {
    int listers = plan.limits().listers();
    ExecutorService threads = Executors.newFixedThreadPool(listers);
    try {
      List<Future<Estimate>> parts =
          plan.source().split(clients, pacer, listers).stream()
              .map(range -> threads.submit(() -> range(range)))
              .toList();
      Estimate all = NOTHING;
      for (Future<Estimate> part : parts) {
        all = sum(all, part.get());
      }
      Cost listing = new Cost(0, pacer.storeRequests(), 0, 0, 0);
      return new Estimate(all.units(), all.storedBytes(), all.cost().plus(listing));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Estimate range(UnitRange range) {
    long units = 0;
    long bytes = 0;
    Cost cost = Cost.NONE;
    try (UnitReader reader = plan.source().open(clients, pacer, range, null)) {
      for (Unit unit = reader.next(); unit != null; unit = reader.next()) {
        units++;
        bytes += Math.max(0, unit.storedBytes());
        cost = cost.plus(plan.job().cost(unit));
      }
    }
    return new Estimate(units, bytes, cost);
  }

  private static Estimate sum(Estimate one, Estimate other) {
    return new Estimate(
        one.units() + other.units(),
        one.storedBytes() + other.storedBytes(),
        one.cost().plus(other.cost()));
  }
}
