package io.claviger.bulk.migrate;

import io.claviger.format.Layout;
import io.claviger.format.PartForm;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object as it is stored, of one version: pinned by its ETag. A small one is read at once, of a
 * larger one each piece by a range of its own whenever it is sent.
 */
final class PlainContent implements Content {
  private final Store store;
  private final Source source;
  private final Checksums checksums = new Checksums();
  private int pieces;
  private long from;

  private PlainContent(Store store, Source source) {
    this.store = store;
    this.source = source;
  }

  /**
   * Opens a plaintext object.
   *
   * @throws FormatException ENVELOPE_INCOMPLETE if it begins as a sealed object does: its metadata
   *     was lost, and sealing it would hide that
   */
  static Content of(Store store, Source source) throws IOException {
    PlainContent content = new PlainContent(store, source);
    if (source.storedBytes() <= Upload.PIECE_BYTES) {
      byte[] all = source.storedBytes() == 0 ? new byte[0] : content.bytes(source.storedBytes());
      requireNotSealed(all);
      return new HeldContent(all);
    }
    requireNotSealed(content.bytes(Layout.MIN_STORED_BYTES));
    return content;
  }

  private static void requireNotSealed(byte[] first) {
    boolean sealed;
    try {
      sealed = first.length >= Layout.MIN_STORED_BYTES && PartForm.of(first).preamble() != null;
    } catch (FormatException e) {
      sealed = false;
    }
    if (sealed) {
      throw new FormatException(
          Failure.ENVELOPE_INCOMPLETE,
          "the bytes begin as those of a sealed object, and the metadata has no envelope. Restore the metadata: without it the object does not open");
    }
  }

  private byte[] bytes(long count) throws IOException {
    try (InputStream in = range(0, count)) {
      byte[] bytes = in.readNBytes((int) count);
      if (bytes.length < count) {
        throw RetryableException.create("the store ended its answer too early");
      }
      return bytes;
    }
  }

  private InputStream range(long first, long count) {
    String range = "bytes=%d-%d".formatted(first, first + count - 1);
    ResponseInputStream<GetObjectResponse> in =
        store.stored(1).getObject(source.pinned().range(range).build());
    if (in.response().contentLength() != count) {
      in.abort();
      throw RetryableException.create(
          "the store was asked for %d bytes and answers %d"
              .formatted(count, in.response().contentLength()));
    }
    return in;
  }

  @Override
  public int pieceBytes() {
    return Upload.rangeBytes(source.storedBytes());
  }

  @Override
  public long plainBytes() {
    return source.storedBytes();
  }

  @Override
  public RequestBody next(int bytes) {
    int index = pieces++;
    long first = from;
    from += bytes;
    return RequestBody.fromContentProvider(
        () -> new Summed(range(first, bytes), index, bytes), bytes, "application/octet-stream");
  }

  @Override
  public Checksums checksums() {
    return checksums;
  }

  @Override
  public void close() {
    // each piece closes its own answer
  }

  /** Notes the checksum when the last byte was read, and gives the connection back then. */
  private final class Summed extends FilterInputStream {
    private final MessageDigest digest = Checksums.sha256();
    private final int index;
    private final int bytes;
    private int left;

    Summed(InputStream in, int index, int bytes) {
      super(in);
      this.index = index;
      this.bytes = bytes;
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int count = in.read(target, offset, Math.min(length, left));
      if (count > 0) {
        digest.update(target, offset, count);
        left -= count;
        if (left == 0) {
          checksums.set(index, bytes, digest.digest());
          in.close();
        }
      }
      return count;
    }

    @Override
    public long skip(long count) {
      return 0;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
