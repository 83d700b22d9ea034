package io.claviger.jca;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.ProviderException;
import java.util.Arrays;

/**
 * A MAC that the key management service makes, under a key that never leaves it: the message is
 * kept until its end, at most {@value MacRequest#MAX_MESSAGE_BYTES} bytes, and sent in one call.
 */
final class ServiceMac implements MacWork {
  private final KmsKey key;
  private final MacAlgorithm algorithm;
  private final Message message = new Message();

  ServiceMac(KmsKey key, MacAlgorithm algorithm) {
    this.key = key;
    this.algorithm = algorithm;
  }

  /** Keeps no more than can be sent; what was kept is wiped. */
  private static final class Message extends ByteArrayOutputStream {
    private long given;

    void add(byte[] bytes, int offset, int length) {
      given += length;
      if (given <= MacRequest.MAX_MESSAGE_BYTES) {
        write(bytes, offset, length);
      }
    }

    @Override
    public synchronized void reset() {
      Arrays.fill(buf, 0, count, (byte) 0);
      count = 0;
      given = 0;
    }
  }

  @Override
  public void update(byte[] input, int offset, int length) {
    message.add(input, offset, length);
  }

  @Override
  public void update(ByteBuffer input) {
    byte[] bytes = new byte[input.remaining()];
    input.get(bytes);
    message.add(bytes, 0, bytes.length);
  }

  /** A Mac has no checked exception here: the cause is the service's own. */
  @Override
  public byte[] doFinal() {
    try {
      if (message.given > MacRequest.MAX_MESSAGE_BYTES) {
        throw KmsException.of(
            ErrorKind.INVALID_REQUEST,
            "key \"%s\" stays in its key management service, which takes messages of at most %d bytes for a MAC, not %d. Make the MAC of the message's SHA-256, or use a key of a backend that lends it"
                .formatted(key.keyId(), MacRequest.MAX_MESSAGE_BYTES, message.given));
      }
      return key.provider()
          .serviceManager()
          .manager()
          .mac(new MacRequest(key.keyId(), key.version(), algorithm, message.toByteArray()));
    } catch (KmsException e) {
      throw new ProviderException(e.getMessage(), e);
    } finally {
      message.reset();
    }
  }

  @Override
  public void reset() {
    message.reset();
  }

  @Override
  public MacWork copy() {
    ServiceMac copy = new ServiceMac(key, algorithm);
    copy.message.add(message.toByteArray(), 0, message.size());
    copy.message.given = message.given;
    return copy;
  }
}
