package io.claviger.s3.internal.call;

import io.claviger.encryption.ObjectName;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.DirectoryMarkers;
import io.claviger.s3.internal.wire.CopySource;

/**
 * Empty objects whose key ends in {@code /}, by which tools show folders. They are not sealed, so
 * the owner of the store can put one in the place of a sealed object of such a name: where none are
 * used, {@link DirectoryMarkers#REFUSE} seals such objects as any other.
 */
public final class DirectoryMarker {
  private DirectoryMarker() {}

  /** Whether an object of {@code bytes} bytes is a marker, stored as it is. */
  public static boolean is(Settings settings, ObjectName name, long bytes) {
    return settings.options().directoryMarkers() == DirectoryMarkers.ACCEPT
        && bytes == 0
        && name.key().endsWith("/");
  }

  /** Refuses to seal under another name what the owner of the store may have put there. */
  public static ClavigerS3Exception notCopied(String where, CopySource source) {
    return ClavigerS3Exception.of(
        Failure.NOT_SEALED,
        where,
        "the source %s is an empty directory marker, which is not sealed, and the copy would be a sealed object. If it is to be empty, put an empty object; otherwise somebody replaced the source: restore it"
            .formatted(source));
  }
}
