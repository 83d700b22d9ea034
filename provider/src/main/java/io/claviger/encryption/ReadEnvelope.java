package io.claviger.encryption;

import io.claviger.format.CanonicalContext;
import io.claviger.format.Envelope;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the envelope of an object says, read for one name. Nothing of it is proved, and no key is in
 * it.
 *
 * @param name the name under which the data key must open
 * @param envelope the envelope
 * @param context the caller's own context that it records
 * @param bound what the data key was wrapped with if all of this is true (format 2.2)
 * @param recordsItsName whether the name that it records agrees with {@code name} as far as names
 *     are bound, or none is recorded
 */
record ReadEnvelope(
    ObjectName name,
    Envelope envelope,
    EncryptionContext context,
    EncryptionContext bound,
    boolean recordsItsName) {
  /**
   * @throws io.claviger.object.FormatException if the envelope is incomplete or malformed
   */
  static ReadEnvelope of(ObjectName name, Map<String, String> metadata) {
    return parsed(name, Envelope.parse(metadata));
  }

  /**
   * As {@link #of}, for the fields in the id of an upload.
   *
   * @throws io.claviger.object.FormatException if they are incomplete or malformed
   */
  static ReadEnvelope ofUpload(ObjectName name, Map<String, String> fields) {
    return parsed(name, Envelope.parseOfUpload(fields));
  }

  private static ReadEnvelope parsed(ObjectName name, Envelope envelope) {
    byte[] canonical = envelope.context();
    EncryptionContext context =
        canonical == null
            ? EncryptionContext.empty()
            : EncryptionContext.of(CanonicalContext.decode(canonical));
    return of(name, envelope, context);
  }

  private static ReadEnvelope of(ObjectName name, Envelope envelope, EncryptionContext context) {
    Map<String, String> names = envelope.names().entries(name.bucket(), name.key());
    EncryptionContext bound = KeyWrapping.bound(context, names, envelope.sse());
    return new ReadEnvelope(name, envelope, context, bound, agrees(name, envelope));
  }

  private static boolean agrees(ObjectName name, Envelope envelope) {
    byte[] from = envelope.from();
    if (from == null || envelope.names() == NameBinding.NONE) {
      return true;
    }
    String recorded = new String(from, StandardCharsets.UTF_8);
    String bucket = name.bucket() + '\0';
    return envelope.names() == NameBinding.OBJECT
        ? recorded.equals(bucket + name.key())
        : recorded.startsWith(bucket);
  }

  /** Returns the same, read for the name that the envelope records, if it records one. */
  ReadEnvelope underRecordedName() {
    String from = recordedFrom();
    if (from == null) {
      return this;
    }
    int cut = from.indexOf('\0');
    return of(new ObjectName(from.substring(0, cut), from.substring(cut + 1)), envelope, context);
  }

  /** Returns bucket 0x00 key as the envelope records them, null where it does not. */
  @Nullable String recordedFrom() {
    byte[] bytes = envelope.from();
    String from = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    return from.indexOf('\0') < 0 ? null : from;
  }
}
