package io.claviger.bulk.source;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.UnitSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects of an S3 inventory, in CSV, or in Parquet where {@code claviger-bulk-parquet} is on
 * the class path. It costs a GET for each data file instead of a listing, and is as old as the
 * inventory: objects that were deleted since are skipped by every job, those put since are not
 * seen.
 *
 * <p>Each data file is a range of its own, fetched to the folder for temporary files before it is
 * read, and compared with the manifest's checksum. Delete markers are no units.
 *
 * @param bucket the bucket of the inventory, not the one that it is of
 * @param manifestKey the key of its {@code manifest.json}
 * @param versions whether each version is a unit, or only the current ones
 */
public record InventorySource(String bucket, String manifestKey, boolean versions)
    implements UnitSource {
  private static final long serialVersionUID = 1L;

  /** Returns the current versions of the objects of an inventory. */
  public static InventorySource of(String bucket, String manifestKey) {
    return new InventorySource(bucket, manifestKey, false);
  }

  /** Returns the same with each version a unit, of an inventory of all versions. */
  public InventorySource withVersions() {
    return new InventorySource(bucket, manifestKey, true);
  }

  @Override
  public String name() {
    return "inventory s3://%s/%s%s"
        .formatted(bucket, manifestKey, versions ? " with versions" : "");
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the manifest is not one, or of a format that cannot be read
   */
  @Override
  public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
    InventoryManifest manifest = manifest(clients, pace);
    manifest.format();
    List<UnitRange> ranges = new ArrayList<>();
    int files = manifest.files().size();
    for (int i = 0; i < files; i++) {
      String after = i == 0 ? null : new InventoryPlace(i, 0).text();
      String upTo = i == files - 1 ? null : new InventoryPlace(i + 1, 0).text();
      ranges.add(new UnitRange(after, upTo));
    }
    return files == 0 ? List.of(UnitRange.WHOLE) : ranges;
  }

  @Override
  public UnitReader open(Clients clients, Pace pace, UnitRange range, @Nullable String after) {
    InventoryPlace from = InventoryPlace.of(after == null ? range.after() : after);
    String upTo = range.upTo();
    int end = upTo == null ? Integer.MAX_VALUE : InventoryPlace.of(upTo).file();
    return new InventoryReader(this, clients.stored(), pace, from, end);
  }

  private InventoryManifest manifest(Clients clients, Pace pace) {
    return InventoryManifest.read(clients.stored(), pace, bucket, manifestKey);
  }
}
