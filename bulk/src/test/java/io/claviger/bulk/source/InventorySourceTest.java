package io.claviger.bulk.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** Inventories as S3 writes them: several compressed files, URL-encoded keys, versions. */
class InventorySourceTest {
  private static final String MANIFEST = "inventory/2026-11-29T01-00Z/manifest.json";
  private static final String SCHEMA =
      "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, StorageClass";

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final Clients clients = Clients.withoutKeys(Stores.PLAIN);
  private final List<String> files = new ArrayList<>();

  private static String row(
      String key, String version, boolean latest, boolean marker, int size, String storageClass) {
    return "\"orders\",\"%s\",\"%s\",\"%s\",\"%s\",\"%d\",\"2026-11-28T10:00:00.000Z\",\"%s\""
        .formatted(key, version, latest, marker, size, storageClass);
  }

  private void put(String key, byte[] body) {
    Stores.PLAIN.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(body));
  }

  private void file(String... rows) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write((String.join("\n", rows) + "\n").getBytes(UTF_8));
    }
    String key = "inventory/data/file-%d.csv.gz".formatted(files.size());
    put(key, bytes.toByteArray());
    byte[] md5 = MessageDigest.getInstance("MD5").digest(bytes.toByteArray());
    files.add(
        "{\"key\":\"%s\",\"size\":%d,\"MD5checksum\":\"%s\"}"
            .formatted(key, bytes.size(), HexFormat.of().formatHex(md5)));
  }

  private void manifest(String format, String schema) {
    String text =
        "{\"sourceBucket\":\"orders\",\"destinationBucket\":\"arn:aws:s3:::%s\",\"version\":\"2016-11-30\",\"creationTimestamp\":\"1764378000000\",\"fileFormat\":\"%s\",\"fileSchema\":\"%s\",\"files\":%s}"
            .formatted(bucket, format, schema, files);
    put(MANIFEST, text.getBytes(UTF_8));
  }

  private void twoFiles() throws Exception {
    file(
        row("a/plain.txt", "v1", true, false, 100, "STANDARD"),
        row("a/with+blank%2C+comma%2B%C3%A4.txt", "v1", true, false, 7, "DEEP_ARCHIVE"),
        row("a/twice", "v2", true, false, 20, "STANDARD"),
        row("a/twice", "v1", false, false, 10, "STANDARD"));
    file(
        row("b/gone", "v2", true, true, 0, ""),
        row("b/gone", "v1", false, false, 5, "STANDARD"),
        row("c", "", true, false, 1, "STANDARD"));
    manifest("CSV", SCHEMA);
  }

  private List<Unit> units(InventorySource source) {
    List<Unit> units = new ArrayList<>();
    for (UnitRange range : source.split(clients, Pace.FREE, 8)) {
      units.addAll(read(source, range, null));
    }
    return units;
  }

  private List<Unit> read(InventorySource source, UnitRange range, String after) {
    List<Unit> units = new ArrayList<>();
    try (UnitReader reader = source.open(clients, Pace.FREE, range, after)) {
      for (Unit unit = reader.next(); unit != null; unit = reader.next()) {
        units.add(unit);
      }
    }
    return units;
  }

  @Test
  void currentVersionsAreUnits() throws Exception {
    twoFiles();
    InventorySource source = InventorySource.of(bucket, MANIFEST);
    assertThat(source.split(clients, Pace.FREE, 1)).as("one range a file").hasSize(2);
    assertThat(units(source))
        .containsExactly(
            new Unit("orders", "a/plain.txt", null, 100, "STANDARD"),
            new Unit("orders", "a/with blank, comma+ä.txt", null, 7, "DEEP_ARCHIVE"),
            new Unit("orders", "a/twice", null, 20, "STANDARD"),
            new Unit("orders", "c", null, 1, "STANDARD"));
  }

  @Test
  void eachVersionIsAUnitAndMarkersAreNone() throws Exception {
    twoFiles();
    List<Unit> units = units(InventorySource.of(bucket, MANIFEST).withVersions());
    assertThat(units.stream().map(u -> u.key() + " " + u.versionId()).collect(Collectors.toList()))
        .containsExactly(
            "a/plain.txt v1",
            "a/with blank, comma+ä.txt v1",
            "a/twice v2",
            "a/twice v1",
            "b/gone v1",
            "c null");
  }

  @Test
  void itGoesOnBehindEveryPosition() throws Exception {
    twoFiles();
    InventorySource source = InventorySource.of(bucket, MANIFEST).withVersions();
    List<Unit> all = read(source, UnitRange.WHOLE, null);
    assertThat(all).hasSize(6).isEqualTo(units(source));
    try (UnitReader reader = source.open(clients, Pace.FREE, UnitRange.WHOLE, null)) {
      for (int i = 1; i <= all.size(); i++) {
        reader.next();
        assertThat(read(source, UnitRange.WHOLE, reader.position()))
            .isEqualTo(all.subList(i, all.size()));
      }
    }
  }

  @Test
  void anInventoryWithoutVersionsIsOfCurrentOnes() throws Exception {
    file("\"orders\",\"a\"", "\"orders\",\"b%2Fc\"");
    manifest("CSV", "Bucket, Key");
    assertThat(units(InventorySource.of(bucket, MANIFEST)))
        .containsExactly(Unit.named("orders", "a"), Unit.named("orders", "b/c"));
  }

  @Test
  void aRunOverAnInventoryCountsWhatIsGoneSince() throws Exception {
    String audited = Stores.bucket();
    Stores.SEALING.putObject(b -> b.bucket(audited).key("a"), RequestBody.fromString("text"));
    file("\"%s\",\"a\"".formatted(audited), "\"%s\",\"gone\"".formatted(audited));
    manifest("CSV", "Bucket, Key");
    RunResult result = run(InventorySource.of(bucket, MANIFEST));
    assertThat(result.stopped()).isEmpty();
    assertThat(result.counts().ofGroup(Stores.KEY + " v1")).isEqualTo(1);
    assertThat(result.counts().ofCode("Deleted")).isEqualTo(1);
  }

  private RunResult run(InventorySource source) throws IOException {
    return BulkRunner.with(clients)
        .run(new Plan(source, AuditJob.DEFAULT, Limits.DEFAULT), folder.resolve("run"));
  }

  @Test
  void aDamagedFileStopsTheRunWithASentence() throws Exception {
    twoFiles();
    put("inventory/data/file-1.csv.gz", new byte[10]);
    assertThat(run(InventorySource.of(bucket, MANIFEST)).stopped())
        .contains("inventory/data/file-1.csv.gz")
        .contains("its MD5 is a63c90cc3684ad8b0a2176a6a8fe9005, and the manifest says")
        .contains("Take another inventory, or list the bucket");
  }

  @Test
  void whatCannotBeReadIsSaid() throws Exception {
    InventorySource source = InventorySource.of(bucket, MANIFEST);
    manifest("ORC", "struct<bucket:string>");
    refused(source, "is of format ORC. Configure it as CSV or Parquet");
    manifest("Parquet", "message s3.inventory {}");
    refused(source, "Add io.claviger:claviger-bulk-parquet to the class path");
    put(MANIFEST, "{\"fileFormat\":\"CSV\"}".getBytes(UTF_8));
    refused(source, "it has no fileFormat, fileSchema or files. Name its manifest.json");
    put(MANIFEST, "a,b,c".getBytes(UTF_8));
    refused(source, "is not the manifest of an S3 inventory");
    manifest("CSV", "Key, Size");
    file("\"a\",\"1\"");
    manifest("CSV", "Key, Size");
    assertThat(run(source).stopped()).contains("expected Bucket and Key among its columns");
  }

  private void refused(InventorySource source, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.split(clients, Pace.FREE, 1))
        .withMessageContaining("s3://%s/%s".formatted(bucket, MANIFEST))
        .withMessageContaining(sentence);
  }
}
