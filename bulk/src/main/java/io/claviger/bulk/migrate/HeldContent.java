package io.claviger.bulk.migrate;

import java.util.Arrays;
import software.amazon.awssdk.core.sync.RequestBody;

/** A small plaintext, held in memory. */
final class HeldContent implements Content {
  private final byte[] all;
  private final Checksums checksums = new Checksums();

  /** Takes the array over. */
  HeldContent(byte[] all) {
    this.all = all;
  }

  @Override
  public int pieceBytes() {
    return Upload.PIECE_BYTES;
  }

  @Override
  public long plainBytes() {
    return all.length;
  }

  @Override
  public RequestBody next(int bytes) {
    checksums.set(0, bytes, Checksums.sha256().digest(all));
    return RequestBody.fromBytes(all);
  }

  @Override
  public Checksums checksums() {
    return checksums;
  }

  @Override
  public void close() {
    Arrays.fill(all, (byte) 0);
  }
}
