package io.claviger.backend.local;

import io.claviger.engine.Entropy;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A root key, which seals records and manifest. Every use has a copy of its own, so that a folder
 * closed meanwhile never seals under zeros.
 *
 * <p>Threads: safe.
 */
final class Root {
  static final int KEY_BYTES = 32;

  private final long id;
  private final byte[] key;
  private boolean wiped;

  /** Adopts {@code key}, 32 bytes. */
  Root(long id, byte[] key) {
    this.id = id;
    this.key = key;
  }

  static Root fresh() {
    return new Root(ByteBuffer.wrap(Entropy.bytes(Long.BYTES)).getLong(), Entropy.bytes(KEY_BYTES));
  }

  /** Returns the random number that names this key in records. */
  long id() {
    return id;
  }

  /** Calls {@code work} with a copy of the key, wiped afterwards; NOT_RUNNING once closed. */
  <T> T use(Function<byte[], T> work) {
    byte[] copy = copy();
    try {
      return work.apply(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  private synchronized byte[] copy() {
    if (wiped) {
      throw closed();
    }
    return key.clone();
  }

  synchronized void wipe() {
    wiped = true;
    Arrays.fill(key, (byte) 0);
  }

  static KmsException closed() {
    return KmsException.of(
        ErrorKind.NOT_RUNNING,
        "this key folder was closed; open it again with LocalKeyFolder.open");
  }

  @Override
  public String toString() {
    return "Root[%016x]".formatted(id);
  }
}
