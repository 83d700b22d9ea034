package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.local.RecordFile.Stored;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An authentic record that {@link Rebuild} found.
 *
 * @param file that it was read from
 * @param content of the file; shared and never changed
 * @param unfinished whether the change that wrote it was announced and not made
 * @param named whether the manifest names it
 */
record FoundRecord(String file, byte[] content, Stored stored, boolean unfinished, boolean named) {
  /** What a change that was never made left comes last, and is not newer for its generation. */
  private static final Comparator<FoundRecord> ORDER =
      Comparator.comparing(FoundRecord::unfinished, Comparator.reverseOrder())
          .thenComparing(found -> found.stored.generation())
          .thenComparing(FoundRecord::named)
          .thenComparing(found -> RecordName.isAside(found.file), Comparator.reverseOrder());

  boolean isPreferredTo(@Nullable FoundRecord other) {
    return other == null || ORDER.compare(this, other) > 0;
  }

  /**
   * Whether this record only adds versions to {@code chosen}. The rotation that wrote it seems not
   * to have been made; that of a folder which was copied in the middle of it was.
   */
  boolean onlyAddsTo(FoundRecord chosen) {
    KeyRecord before = chosen.stored.record();
    KeyRecord after = stored.record();
    return unfinished
        && stored.generation() > chosen.stored.generation()
        && after.metadata().state() == before.metadata().state()
        && after.versions().size() > before.versions().size()
        && hasAllOf(before.versions());
  }

  /** Whether every blob of {@code other} opens under this record too. */
  boolean opensAllOf(FoundRecord other) {
    return hasAllOf(other.stored.record().versions());
  }

  private boolean hasAllOf(List<KeyVersion> versions) {
    return versions.stream().allMatch(stored.record()::opens);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FoundRecord that && file.equals(that.file);
  }

  @Override
  public int hashCode() {
    return file.hashCode();
  }
}
