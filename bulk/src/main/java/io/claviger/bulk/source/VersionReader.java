package io.claviger.bulk.source;

import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Versions of objects, page by page, of each key the newest first. A position is key, 0x00 and
 * version. A reader that is opened behind a version which was deleted meanwhile reads the versions
 * of that key again, from the newest.
 */
final class VersionReader implements UnitReader {
  private static final char SEPARATOR = '\0';
  private static final int NOT_FOUND = 404;

  private final S3Client client;
  private final Pace pace;
  private final ListingSource source;
  private final @Nullable String upTo;
  private final PageOrder order;
  private Iterator<ObjectVersion> page = List.<ObjectVersion>of().iterator();
  private @Nullable String keyMarker;
  private @Nullable String versionMarker;

  /** The key whose versions alone are read now. */
  private @Nullable String only;

  /** Whether it is still to be asked if the version to go on behind is there. */
  private boolean unchecked;

  private boolean more = true;
  private String position = "";

  VersionReader(
      S3Client client, Pace pace, ListingSource source, UnitRange range, @Nullable String after) {
    this.client = client;
    this.pace = pace;
    this.source = source;
    this.upTo = range.upTo();
    this.keyMarker = range.after();
    this.order = new PageOrder(source.name(), range.after());
    if (after != null) {
      int end = after.indexOf(SEPARATOR);
      keyMarker = after.substring(0, end);
      versionMarker = after.substring(end + 1);
      unchecked = true;
    }
  }

  @Override
  public @Nullable Unit next() {
    ObjectVersion version = nextVersion();
    if (version == null) {
      return null;
    }
    position = version.key() + SEPARATOR + version.versionId();
    return new Unit(
        source.bucket(),
        version.key(),
        version.versionId(),
        version.size() == null ? Unit.UNKNOWN_SIZE : version.size(),
        version.storageClassAsString());
  }

  private @Nullable ObjectVersion nextVersion() {
    while (true) {
      while (!page.hasNext() && more) {
        read();
      }
      ObjectVersion version = page.hasNext() ? page.next() : null;
      if (only != null && (version == null || !version.key().equals(only))) {
        goOnBehind(only);
        continue;
      }
      if (version != null) {
        order.key(version.key(), true);
      }
      boolean behind = version != null && upTo != null && Keys.compare(version.key(), upTo) > 0;
      if (behind) {
        end();
      }
      return behind ? null : version;
    }
  }

  private void end() {
    more = false;
    page = List.<ObjectVersion>of().iterator();
  }

  private void goOnBehind(String key) {
    end();
    only = null;
    keyMarker = key;
    versionMarker = null;
    more = true;
  }

  private void read() {
    if (unchecked) {
      if (!isThere(String.valueOf(keyMarker), String.valueOf(versionMarker))) {
        only = keyMarker;
        keyMarker = null;
        versionMarker = null;
      }
      unchecked = false;
    }
    pace.beforeStore(1);
    ListObjectVersionsResponse answer =
        client.listObjectVersions(
            ListObjectVersionsRequest.builder()
                .bucket(source.bucket())
                .prefix(only == null ? source.prefix() : only)
                .keyMarker(keyMarker)
                .versionIdMarker(versionMarker)
                .encodingType(EncodingType.URL) // XML has no place for every key
                .build());
    more = Boolean.TRUE.equals(answer.isTruncated());
    if (more) {
      order.token(answer.nextKeyMarker() + SEPARATOR + answer.nextVersionIdMarker());
      keyMarker = answer.nextKeyMarker();
      versionMarker = answer.nextVersionIdMarker();
      if (answer.versions().isEmpty()) {
        order.emptyPage();
      }
    }
    page = answer.versions().iterator();
  }

  private boolean isThere(String key, String version) {
    pace.beforeStore(1);
    try {
      client.headObject(b -> b.bucket(source.bucket()).key(key).versionId(version));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() >= 500) {
        throw e;
      }
      return e.statusCode() != NOT_FOUND; // of what may not be read it is said that it is there
    }
  }

  @Override
  public String position() {
    return position;
  }
}
