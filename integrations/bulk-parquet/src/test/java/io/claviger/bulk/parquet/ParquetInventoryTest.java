package io.claviger.bulk.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.bulk.source.InventoryFormat;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inventories as another tool (Arrow 26) wrote them, three rows in a row group. */
class ParquetInventoryTest {
  private static final List<InventoryFormat.Row> ROWS =
      List.of(
          row("a/plain.txt", "v1", true, false, 100L, "STANDARD"),
          row("a/with blank, comma+ä%41.txt", "v1", true, false, 7L, "DEEP_ARCHIVE"),
          row("a/twice", "v2", true, false, 20L, "STANDARD"),
          row("a/twice", "v1", false, false, 10L, "STANDARD"),
          row("b/gone", "v2", true, true, null, null),
          row("b/gone", "v1", false, false, 5L, "STANDARD"),
          row("c", null, true, false, 1L, "STANDARD"));

  @TempDir Path folder;

  private static InventoryFormat.Row row(
      String key,
      String version,
      boolean latest,
      boolean deleteMarker,
      Long bytes,
      String storageClass) {
    return new InventoryFormat.Row(
        "orders", key, version, latest, deleteMarker, bytes, storageClass);
  }

  private static Path file(String name) throws URISyntaxException {
    URL place = ParquetInventoryTest.class.getResource("/inventory-" + name + ".parquet");
    return Path.of(Objects.requireNonNull(place, name).toURI());
  }

  private static List<InventoryFormat.Row> read(Path file) throws IOException {
    List<InventoryFormat.Row> rows = new ArrayList<>();
    try (InventoryFormat.Rows open = new ParquetInventory().open(file, "message s3.inventory {}")) {
      for (InventoryFormat.Row row = open.next(); row != null; row = open.next()) {
        rows.add(row);
      }
      assertThat(open.next()).isNull();
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "gzip", "zstd", "none"})
  void rowsAreRead(String compression) throws Exception {
    assertThat(read(file(compression))).isEqualTo(ROWS);
  }

  @Test
  void itIsFoundByItsName() {
    assertThat(ServiceLoader.load(InventoryFormat.class))
        .anyMatch(format -> format instanceof ParquetInventory && format.name().equals("Parquet"));
  }

  @Test
  void whatCannotBeReadIsSaid() throws Exception {
    Path none = Files.write(folder.resolve("none"), new byte[100]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(none))
        .withMessageContaining("it is not a Parquet file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file("no-bucket")))
        .withMessageContaining("[key, size], expected bucket and key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file("brotli")))
        .withMessageContaining("compressed by BROTLI; readable are");
  }
}
