package io.claviger.bulk.audit;

import io.claviger.bulk.Unit;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.format.Envelope;
import io.claviger.format.Layout;
import io.claviger.format.PartForm;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Says what a stored object looks like from its metadata, its first bytes and its size, and from a
 * few more bytes where it has several parts. What has neither our mark nor that of another tool
 * that encrypts ({@link ForeignFormat}), is plaintext.
 */
final class ObjectForms {
  /** Preamble, header and the beginning of the first segment: all of an empty object. */
  static final int FIRST_BYTES = Layout.MIN_STORED_BYTES;

  private static final String INSTRUCTIONS = ".instruction";

  /** Names under which an object may be sealed, by the bucket in which it is found. */
  private final UnaryOperator<String> bucketAliases;

  ObjectForms(UnaryOperator<String> bucketAliases) {
    this.bucketAliases = bucketAliases;
  }

  /** Reads the first bytes of a part, at a place among the stored bytes. */
  @FunctionalInterface
  interface Parts {
    byte[] at(long storedOffset);
  }

  /**
   * @param parts asked for parts behind the first
   */
  ObjectForm of(Unit unit, StoredStart start, Parts parts) {
    if (Envelope.isPresentIn(start.metadata())) {
      return ofSealed(unit, start, parts);
    }
    if (LeftAlone.isDirectoryMarker(unit, start.storedBytes())) {
      return ObjectForm.DIRECTORY_MARKER;
    }
    if (S3EncryptionClientKeys.wrote(start.metadata()) || unit.key().endsWith(INSTRUCTIONS)) {
      return ObjectForm.of(
          ObjectForm.Kind.FOREIGN,
          "written by the Amazon S3 Encryption Client. Claviger can read it with its key, and seals it when it is put again");
    }
    if (beginsAsPart(start.first())) {
      return ObjectForm.damaged(
          "EnvelopeMissing",
          "the bytes begin as those of a sealed object, and the metadata has no envelope. Restore the metadata: without it the object does not open",
          null);
    }
    return ForeignFormat.of(start.first());
  }

  private static boolean beginsAsPart(byte[] first) {
    try {
      return first.length >= Layout.PROLOGUE_BYTES && PartForm.of(first).preamble() != null;
    } catch (FormatException e) {
      return false;
    }
  }

  private ObjectForm ofSealed(Unit unit, StoredStart start, Parts parts) {
    Envelope envelope;
    try {
      envelope = Envelope.parse(start.metadata());
    } catch (FormatException e) {
      return damaged(e, null);
    }
    try {
      PartForm first = PartForm.of(start.first());
      if (envelope.multi()) {
        new PartsOutline(start.storedBytes(), start.eTag(), first.preamble(), parts).require();
      } else {
        requireSingle(envelope, first, start.storedBytes());
      }
    } catch (FormatException e) {
      return damaged(e, envelope);
    }
    String sealedAs = SealedName.otherThan(unit, bucketAliases.apply(unit.bucket()), envelope);
    return sealedAs == null
        ? ObjectForm.sealed(envelope)
        : ObjectForm.damaged(
            "OtherName",
            "it says that it was sealed as %s, so it opens only under that name. Copy it back with Rewrap, map a renamed bucket with bucketAliases, or restore the object"
                .formatted(sealedAs),
            envelope);
  }

  private static ObjectForm damaged(FormatException e, @Nullable Envelope envelope) {
    return ObjectForm.damaged(e.failure().name(), String.valueOf(e.getMessage()), envelope);
  }

  /** The header beside a single part is the one in it, so metadata of another object shows. */
  private static void requireSingle(Envelope envelope, PartForm first, long storedBytes) {
    Preamble implied = Preamble.single(Layout.plainBytes(storedBytes));
    if (!first.preamble().equals(implied)) {
      throw new FormatException(
          Failure.LENGTH,
          "%d bytes are stored where the object says %d of plaintext: bytes were cut off or added, or the metadata is of another object. Restore the object"
              .formatted(storedBytes, first.preamble().plainBytes()));
    }
    if (!Arrays.equals(envelope.headerHint(), first.hint())) {
      throw new FormatException(
          Failure.HEADER_TAG,
          "the metadata is that of another object: its header is not the one stored in the bytes. Restore the object");
    }
    first.requireFirstSegment();
  }
}
