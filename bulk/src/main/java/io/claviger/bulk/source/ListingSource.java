package io.claviger.bulk.source;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.UnitSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects below a prefix, or all their versions, as the store lists them: nothing is older than
 * the listing. Several listers read it at once, each a range of keys of its own.
 *
 * <p>Delete markers are no objects and are not listed. An object that is put behind a lister while
 * it runs is not seen; one that is put ahead of it is.
 *
 * @param bucket the bucket
 * @param prefix begins the keys, empty for all
 * @param versions whether each version is a unit, or only the current ones
 */
public record ListingSource(String bucket, String prefix, boolean versions) implements UnitSource {
  /** Returns all objects of a bucket, their current versions. */
  public static ListingSource ofBucket(String bucket) {
    return new ListingSource(bucket, "", false);
  }

  /** Returns the same with each version a unit. */
  public ListingSource withVersions() {
    return new ListingSource(bucket, prefix, true);
  }

  @Override
  public String name() {
    return "s3://%s/%s*%s".formatted(bucket, prefix, versions ? " with versions" : "");
  }

  @Override
  public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
    return new ListingSplit(clients.stored(), pace, bucket, prefix).into(wanted);
  }

  @Override
  public UnitReader open(Clients clients, Pace pace, UnitRange range, @Nullable String after) {
    return versions
        ? new VersionReader(clients.stored(), pace, this, range, after)
        : new KeyReader(clients.stored(), pace, this, range, after);
  }
}
