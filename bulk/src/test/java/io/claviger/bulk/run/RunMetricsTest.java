package io.claviger.bulk.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Numbers;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Unit;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** What a registry knows of a run when it is over. */
class RunMetricsTest {
  private static final int UNITS = 1_000;

  /** Calls of the job at which the store was away. */
  private static final AtomicInteger AWAY = new AtomicInteger();

  @TempDir Path folder;

  /** Every fourth unit is plaintext, and the store is away three times. */
  private record Fourth() implements Job {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "fourth";
    }

    @Override
    public JobWork begin(Clients clients, Pace pace) {
      return unit -> {
        pace.beforeStore(2);
        pace.beforeKeys(1);
        if (unit.key().equals("10") && AWAY.incrementAndGet() <= 3) {
          throw SdkClientException.create("refused to connect");
        }
        return Integer.parseInt(unit.key()) % 4 == 0
            ? Outcome.finding("Plaintext", "not sealed")
            : Outcome.done("orders v1");
      };
    }

    @Override
    public Cost cost(Unit unit) {
      return Cost.NONE;
    }
  }

  @Test
  void metersSayWhatTheResultSays() throws IOException {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Plan plan = new Plan(new Numbers(UNITS, 3), new Fourth(), Limits.DEFAULT);
    try (S3Client none = S3Client.builder().region(Region.US_EAST_1).build()) {
      BulkRunner.with(Clients.withoutKeys(none))
          .listener(new RunMetrics(registry, "r"))
          .run(plan, folder);
    }
    System.gc(); // nobody but the registry has the meters now
    assertThat(registry.get("claviger.bulk.units").tag("status", "succeeded").timer().count())
        .isEqualTo(UNITS * 3 / 4);
    assertThat(
            registry
                .get("claviger.bulk.units")
                .tags("run", "r", "status", "failed", "code", "Plaintext")
                .timer()
                .count())
        .isEqualTo(UNITS / 4);
    assertThat(registry.get("claviger.bulk.waits").counter().count()).isEqualTo(3);
    assertThat(requests(registry, "store")).isEqualTo(2 * (UNITS + 3));
    assertThat(requests(registry, "keys")).isEqualTo(UNITS + 3);
    assertThat(gauge(registry, "done")).isEqualTo(UNITS);
    assertThat(gauge(registry, "rate")).isPositive();
    assertThat(gauge(registry, "left")).isNaN();
    assertThat(gauge(registry, "waiting")).isZero();
    List<String> tags =
        registry.getMeters().stream()
            .map(Meter::getId)
            .flatMap(id -> id.getTags().stream())
            .map(Tag::getValue)
            .distinct()
            .toList();
    assertThat(tags).as("no key, no object").noneMatch(tag -> tag.contains("orders"));
  }

  private static double gauge(SimpleMeterRegistry registry, String name) {
    return registry.get("claviger.bulk." + name).gauge().value();
  }

  private static double requests(SimpleMeterRegistry registry, String to) {
    return registry.get("claviger.bulk.requests").tag("to", to).functionCounter().count();
  }
}
