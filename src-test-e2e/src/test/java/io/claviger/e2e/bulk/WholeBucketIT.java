package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Counts;
import io.claviger.bulk.Outcome.Status;
import io.claviger.e2e.env.Children;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bucket of many small objects, some of them sealed before its master key was rotated, is
 * audited, re-wrapped, and re-wrapped again, each in a JVM with 512 MiB of heap. The long forms:
 * {@code -De2e.bulk.objects=1000000}, {@code -De2e.bulk.old=100}.
 */
class WholeBucketIT {
  private static final String BUCKET = "whole-bucket";
  private static final int OBJECTS = Integer.getInteger("e2e.bulk.objects");

  /** Sealed before the rotation. */
  private static final int OLD = OBJECTS * Integer.getInteger("e2e.bulk.old") / 100;

  private static final int MOST_LISTINGS = 200 + OBJECTS / 500;

  @TempDir Path folder;
  private final URI endpoint = S3Server.MINIO.http();

  private WholeBucketChild.Seen run(String job, String name) throws Exception {
    Path seen = folder.resolve(name + ".seen");
    Process child =
        Children.start(
            Children.java(
                "512m",
                WholeBucketChild.class,
                endpoint,
                BUCKET,
                folder.resolve("keys"),
                job,
                folder.resolve(name),
                seen));
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    System.out.print(said);
    return WholeBucketChild.Seen.read(seen);
  }

  private static Counts complete(WholeBucketChild.Seen seen) {
    Counts counts = seen.result().counts();
    assertThat(seen.result().stopped()).isEmpty();
    assertThat(counts.units()).as("%s", counts).isEqualTo(OBJECTS);
    assertThat(counts.of(Status.DONE) + counts.of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
    assertThat(seen.requests().get("ListObjectsV2")).isLessThan(MOST_LISTINGS);
    return counts;
  }

  /** Puts what is old, rotates the key, and puts the rest with a client that knows only the new. */
  private void put() throws Exception {
    long begun = System.nanoTime();
    try (LocalKeys before = new LocalKeys(folder.resolve("keys"), endpoint)) {
      SmallObjects.put(before.sealing(), BUCKET, 0, OLD);
      before.manager().rotateKey(LocalKeys.KEY);
    }
    try (LocalKeys after = new LocalKeys(folder.resolve("keys"), endpoint)) {
      SmallObjects.put(after.sealing(), BUCKET, OLD, OBJECTS);
    }
    System.out.printf("%d put in %s%n", OBJECTS, Duration.ofNanos(System.nanoTime() - begun));
  }

  @Test
  void auditAndRewrapWithinHalfAGibibyte() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    put();
    WholeBucketChild.Seen audit = run("audit", "audit-1");
    assertThat(complete(audit).byGroup())
        .isEqualTo(Map.of("orders v1", (long) OLD, "orders v2", (long) OBJECTS - OLD));
    assertThat(audit.requests()).containsOnlyKeys("GetObject", "ListObjectsV2");
    assertThat(audit.requests()).containsEntry("GetObject", OBJECTS);
    assertThat(audit.keyCalls()).isEmpty();

    assertThat(complete(run("rewrap", "rewrap-1")).of(Status.DONE)).isEqualTo(OLD);
    WholeBucketChild.Seen second = run("rewrap", "rewrap-2");
    assertThat(complete(second).of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
    assertThat(second.result().counts().byGroup()).isEqualTo(Map.of("orders v2", (long) OBJECTS));
    assertThat(second.requests()).as("0 writes").containsOnlyKeys("HeadObject", "ListObjectsV2");
    assertThat(second.requests()).containsEntry("HeadObject", OBJECTS);
    assertThat(second.keyCalls()).isEqualTo(Map.of("describeKey", 1));

    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint)) {
      for (int number : List.of(0, OLD - 1, OLD, OBJECTS - 1)) {
        String text =
            keys.sealing()
                .getObjectAsBytes(b -> b.bucket(BUCKET).key(SmallObjects.key(number)))
                .asUtf8String();
        assertThat(text).isEqualTo("object " + number);
      }
    }
  }
}
