package io.claviger.encryption;

import io.claviger.kms.SecretBytes;
import java.util.function.Function;

/**
 * A key that the caller keeps and sends with each request (SSE-C); it wraps data keys in the place
 * of a master key.
 *
 * <p>Immutable and safe for threads until closed.
 */
public final class CustomerKey implements AutoCloseable {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private final SecretBytes key;

  private CustomerKey(SecretBytes key) {
    this.key = key;
  }

  /**
   * Returns the customer-provided key of these bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are not {@value #BYTES} of them
   */
  public static CustomerKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a customer-provided key has %d bytes, found %d".formatted(BYTES, bytes.length));
    }
    return new CustomerKey(SecretBytes.copyOf(bytes));
  }

  <T> T use(Function<byte[], T> use) {
    return key.use(use);
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "CustomerKey[***redacted***]";
  }
}
