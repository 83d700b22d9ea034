package io.claviger.encryption;

import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;

/**
 * Seals parts of one multipart upload under its data key (format 6). Any number of them, in any
 * order, may be made in any number of processes.
 *
 * <p>Threads: safe. Blocking: never the network. Closing wipes the data key; parts that were begun
 * can be sealed on.
 */
public final class UploadSealer implements AutoCloseable {
  private final ObjectOpener upload;

  /** Takes the data key over: wiped with this, or at once if the upload is refused. */
  UploadSealer(ObjectOpener upload) {
    if (upload.isSingle()) {
      upload.dataKey().close();
      throw new FormatException(
          Failure.LAST_PART,
          "the envelope is that of an object of one part. Use the id of CreateMultipartUpload as it was returned");
    }
    this.upload = upload;
  }

  /**
   * Begins a part. It carries the last flag exactly when its stored size is under {@link
   * Layout#MIN_PART_STORED_BYTES} or its number is {@link Preamble#MAX_PART_NUMBER}.
   *
   * @param number from 1
   * @param plainBytes exact length of its plaintext
   * @param offset plaintext bytes of the object before it, or {@link Preamble#OFFSET_UNKNOWN}; not
   *     looked at for part 1
   * @throws FormatException PART_NUMBER or TOO_LARGE for what no part can have
   */
  public ObjectSealer part(int number, long plainBytes, long offset) {
    return ObjectSealer.ofUpload(upload.dataKey(), Preamble.ofUpload(number, plainBytes, offset));
  }

  /**
   * Begins the empty part that ends an object whose last part is too large to carry the last flag.
   *
   * @param number the next after that part's
   * @param offset the object's length, as the lengths of parts that this process sealed prove it;
   *     {@link Preamble#OFFSET_UNKNOWN} where only the store reports it
   */
  public ObjectSealer closingPart(int number, long offset) {
    return part(number, 0, offset);
  }

  /** Returns what the caller that created the upload asked for. */
  public String sse() {
    return upload.sse();
  }

  /** Returns the master key's id, empty under a customer-provided key. */
  public String keyId() {
    return upload.keyId();
  }

  @Override
  public void close() {
    upload.dataKey().close();
  }

  @Override
  public String toString() {
    return "UploadSealer[%s]".formatted(upload.envelope());
  }
}
