package io.claviger.bulk.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.claviger.bulk.Unit;
import io.claviger.format.Envelope;
import io.claviger.object.NameBinding;
import org.jspecify.annotations.Nullable;

/** The name for which an object says that it was sealed (format.md, 3). Not proved. */
public final class SealedName {
  private SealedName() {}

  /**
   * Returns it as a URL, null where it is that of the object, or is not bound or not recorded.
   *
   * @param bucket the bucket that objects in the unit's are sealed for
   */
  public static @Nullable String otherThan(Unit unit, String bucket, Envelope envelope) {
    if (envelope.from() == null || envelope.names() == NameBinding.NONE) {
      return null;
    }
    String[] from = new String(envelope.from(), UTF_8).split("\0", 2);
    boolean same =
        from.length == 2
            && from[0].equals(bucket)
            && (envelope.names() == NameBinding.BUCKET || from[1].equals(unit.key()));
    return same ? null : "s3://" + String.join("/", from);
  }
}
