package io.claviger.bulk.migrate;

import java.io.IOException;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The plaintext of an object that is to be sealed, read piece by piece from its beginning. The
 * checksum of each piece that was read is remembered.
 *
 * <p>Threads: one. Blocking: asks the store.
 */
interface Content extends AutoCloseable {
  /** Returns the length in bytes. */
  long plainBytes();

  /** Returns the length in bytes of all pieces but the last one, where there are several. */
  int pieceBytes();

  /**
   * Returns the next piece.
   *
   * @param bytes its length, which is there
   * @throws io.claviger.object.FormatException if the bytes are not what was encrypted
   */
  RequestBody next(int bytes) throws IOException;

  /** Returns the checksums of the pieces so far, in their order. */
  Checksums checksums();

  @Override
  void close();
}
