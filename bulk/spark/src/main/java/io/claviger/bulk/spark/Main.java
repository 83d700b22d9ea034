package io.claviger.bulk.spark;

import io.claviger.bulk.ClientSettings;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/**
 * The jobs for {@code spark-submit}: {@code audit|verify|rewrap|migrate s3://BUCKET/PREFIX --folder
 * FOLDER}. It prints the counts, and by code the units that were not done; {@code outcomes} in the
 * folder holds their rows as Parquet. A run that stopped ends with an exception.
 */
public final class Main {
  private static final String USAGE =
      "audit|verify|rewrap|migrate s3://BUCKET/PREFIX --folder FOLDER";
  private static final Pattern PLACE = Pattern.compile("s3://([^/]+)/?(.*)", Pattern.DOTALL);
  private static final String OUTCOMES = "/outcomes";

  private Main() {}

  /**
   * Runs a job.
   *
   * @throws IllegalArgumentException for arguments that are unknown or missing
   * @throws IllegalStateException if the run stopped: run again with the same arguments to go on
   */
  public static void main(String[] args) throws IOException {
    Arguments given = new Arguments(args);
    List<String> words = given.words(2, USAGE);
    Job job = job(words.get(0), given);
    Plan plan = new Plan(source(words.get(1), given), job, limits(given));
    String folder = given.get("folder", "");
    if (folder.isEmpty()) {
      throw new IllegalArgumentException("--folder is missing, expected " + USAGE);
    }
    SparkSession spark = SparkSession.builder().appName("claviger " + job.name()).getOrCreate();
    try {
      SparkRun run = runner(spark, given).run(plan, folder);
      RunResult result = run.result();
      run.outcomes().write().mode("overwrite").parquet(folder + OUTCOMES);
      System.out.println(result.counts());
      result.counts().byCode().forEach((code, units) -> System.out.println(code + ": " + units));
      result.counts().byGroup().forEach((name, units) -> System.out.println(name + ": " + units));
      if (!result.complete()) {
        throw new IllegalStateException(result.stopped());
      }
    } finally {
      spark.stop();
    }
  }

  private static BulkOnSpark runner(SparkSession spark, Arguments given) {
    BulkOnSpark runner =
        BulkOnSpark.with(spark, clients(given))
            .pieces(given.number("piece-units", 10_000), Duration.ofMinutes(1));
    return given.has("ranges") ? runner.ranges(given.number("ranges", 1)) : runner;
  }

  private static Job job(String name, Arguments given) {
    return switch (name) {
      case "audit" -> AuditJob.DEFAULT;
      case "verify" -> given.has("quick") ? VerifyJob.QUICK : VerifyJob.WHOLE;
      case "rewrap" ->
          given.has("to-key")
              ? RewrapJob.toKey(given.get("to-key", ""))
              : RewrapJob.toCurrentVersions();
      case "migrate" -> {
        MigrateJob job =
            given.has("to-bucket")
                ? MigrateJob.into(given.get("to-bucket", ""))
                : MigrateJob.IN_PLACE;
        yield given.has("purge-replaced") ? job.purgingReplaced() : job;
      }
      default ->
          throw new IllegalArgumentException("%s is no job, expected %s".formatted(name, USAGE));
    };
  }

  private static ListingSource source(String place, Arguments given) {
    Matcher found = PLACE.matcher(place);
    if (!found.matches()) {
      throw new IllegalArgumentException("%s is no place, expected %s".formatted(place, USAGE));
    }
    return new ListingSource(found.group(1), found.group(2), given.has("versions"));
  }

  private static Limits limits(Arguments given) {
    Limits usual = Limits.DEFAULT;
    return usual
        .threads(given.number("threads", usual.threads()), usual.listers())
        .rates(given.number("requests-per-second", 0), 0);
  }

  private static ClientSettings clients(Arguments given) {
    String endpoint = given.get("endpoint", "");
    String region = given.get("region", "");
    ClientSettings clients =
        new ClientSettings(
            endpoint.isEmpty() ? null : URI.create(endpoint),
            region.isEmpty() ? null : region,
            given.has("path-style"),
            Map.of());
    if (given.words(2, USAGE).get(0).equals("migrate")) {
      clients = clients.option("plaintext_objects", "allow"); // what is to be sealed
    }
    for (String option : given.all("option")) {
      int end = option.indexOf('=');
      if (end < 1) {
        throw new IllegalArgumentException(
            "--option %s has no value, expected NAME=VALUE".formatted(option));
      }
      clients = clients.option(option.substring(0, end), option.substring(end + 1));
    }
    return clients;
  }
}
