package io.claviger.s3;

import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.s3.PlainSizes.Item;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Finds the plaintext size of a multipart object for a listing, from the preambles of its parts,
 * unproved: by the last part where it states its offset, else part by part.
 */
final class PartWalk {
  /** More parts than these are not walked for a hint. */
  private static final int MAX_PARTS = 200;

  private final Item item;
  private final S3Client client;
  private final SdkRequest callers;

  PartWalk(Item item, S3Client client, SdkRequest callers) {
    this.item = item;
    this.client = client;
    this.callers = callers;
  }

  /**
   * Returns the size.
   *
   * @throws FormatException if the parts do not add up
   */
  long plainBytes() {
    long end = closingPartsOffset();
    return end == Preamble.OFFSET_UNKNOWN ? walked() : end;
  }

  /** Returns what a closing part says is before it, unknown when there is no such part. */
  private long closingPartsOffset() {
    try {
      Preamble last = at(item.storedBytes() - Layout.MIN_STORED_BYTES);
      return last.last() && last.plainBytes() == 0 ? last.offset() : Preamble.OFFSET_UNKNOWN;
    } catch (FormatException e) {
      return Preamble.OFFSET_UNKNOWN; // the last part is no closing part
    }
  }

  private long walked() {
    long stored = 0;
    long plain = 0;
    for (int part = 1; part <= MAX_PARTS; part++) {
      Preamble preamble = at(stored);
      if (preamble.partNumber() != part) {
        break;
      }
      stored += Layout.storedBytes(preamble.plainBytes());
      plain += preamble.plainBytes();
      if (stored == item.storedBytes() && preamble.last()) {
        return plain;
      }
    }
    throw new FormatException(Failure.LENGTH, "the parts do not add up to the stored size");
  }

  private Preamble at(long storedOffset) {
    return Preamble.decode(
        client
            .getObjectAsBytes(
                b ->
                    b.bucket(item.bucket())
                        .key(item.key())
                        .versionId(item.versionId())
                        .ifMatch(item.eTag())
                        .range(
                            "bytes=%d-%d"
                                .formatted(storedOffset, storedOffset + Preamble.BYTES - 1))
                        .overrideConfiguration(SubRequests.raw(callers)))
            .asByteArray());
  }
}
