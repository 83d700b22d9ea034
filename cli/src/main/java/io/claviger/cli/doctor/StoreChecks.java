package io.claviger.cli.doctor;

import io.claviger.cli.object.Location;
import io.claviger.cli.object.ObjectStatement;
import io.claviger.cli.object.Store;
import io.claviger.cli.object.StoreOptions;
import io.claviger.cli.shell.CommandException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The store: its clock beside this one, and whether what is stored is sealed. */
final class StoreChecks {
  static final String CLOCK = "clock";
  static final String STORE = "store";
  static final String OBJECTS = "objects";

  /** Stores refuse requests that are dated a quarter of an hour off. */
  private static final Duration REFUSED = Duration.ofMinutes(15);

  private static final Duration NOTED = Duration.ofMinutes(1);
  private static final int NAMED = 5;

  private final StoreOptions options;
  private final Location place;
  private final int most;
  private final Clock clock;

  StoreChecks(StoreOptions options, Location place, int most, Clock clock) {
    this.options = options;
    this.place = place;
    this.most = most;
    this.clock = clock;
  }

  List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    try (Store store = Store.plain(options)) {
      findings.add(clock(store));
      List<S3Object> listed =
          Store.ask(
              place,
              () ->
                  store
                      .client()
                      .listObjectsV2(
                          b ->
                              b.bucket(place.bucket())
                                  .prefix(place.key())
                                  .maxKeys(most)
                                  .encodingType(EncodingType.URL))
                      .contents());
      findings.add(Finding.ok(STORE, "answers"));
      findings.add(objects(store.client(), listed));
    } catch (CommandException e) {
      findings.add(
          Finding.problem(
              STORE,
              String.valueOf(e.getMessage()),
              "correct what is named; the first lines of \"claviger ls\" show whether it helped"));
    }
    return findings;
  }

  private Finding clock(Store store) {
    try {
      Optional<String> date = store.date(place);
      return date.isEmpty()
          ? Finding.skipped(CLOCK, "the store gave no date")
          : compare(Duration.between(instant(date.get()), clock.instant()));
    } catch (IOException e) {
      return Finding.skipped(CLOCK, "the store does not answer");
    } catch (DateTimeParseException e) {
      return Finding.skipped(CLOCK, "the store gave a date that cannot be read");
    }
  }

  private static Instant instant(String httpDate) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate, Instant::from);
  }

  private static Finding compare(Duration ahead) {
    String side = ahead.isNegative() ? "behind" : "ahead of";
    String found = "this machine is %d s %s the store".formatted(ahead.abs().toSeconds(), side);
    return ahead.abs().compareTo(NOTED) < 0
        ? Finding.ok(CLOCK, found)
        : Finding.problem(
            CLOCK,
            found,
            "set the clock (timedatectl set-ntp true)"
                + (ahead.abs().compareTo(REFUSED) < 0
                    ? "; above 900 s stores refuse requests"
                    : "; stores refuse requests above 900 s"));
  }

  private Finding objects(S3Client client, List<S3Object> listed) {
    List<String> plain = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (S3Object object : listed) {
      Location each = new Location(place.bucket(), object.key());
      switch (ObjectStatement.of(client, each, null).form()) {
        case DAMAGED -> damaged.add(object.key());
        case PLAINTEXT, FOREIGN -> {
          boolean marker = object.size() == 0 && object.key().endsWith("/");
          if (!marker) {
            plain.add(object.key());
          }
        }
        case SEALED, MESSAGE -> {}
      }
    }
    if (plain.isEmpty() && damaged.isEmpty()) {
      return Finding.ok(
          OBJECTS,
          "of %d that were looked at all have the form of sealed ones".formatted(listed.size()));
    }
    return Finding.problem(
        OBJECTS,
        "of %d that were looked at %d are not sealed%s, and %d do not fit their envelope%s"
            .formatted(listed.size(), plain.size(), some(plain), damaged.size(), some(damaged)),
        "read what is not sealed with CLAVIGER_S3_PLAINTEXT_OBJECTS=ALLOW and put it again, and"
            + " find the program that wrote it (\"claviger doctor --class-path\"); restore what is"
            + " damaged");
  }

  private static String some(List<String> keys) {
    return keys.isEmpty() ? "" : " " + keys.subList(0, Math.min(NAMED, keys.size()));
  }
}
