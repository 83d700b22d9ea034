package io.claviger.jca;

import io.claviger.format.CanonicalContext;
import io.claviger.format.EnvelopeMessage;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.service.KmsManager;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code KMS}: small data and keys under a KMS key, by the backend itself. Works for
 * every backend, also those that never lend material. The context comes as {@link KmsParameterSpec}
 * or as its canonical bytes through {@code updateAAD}.
 */
final class KmsBlobCipherSpi extends ContextCipherSpi {
  /** Room for what a backend adds to a plaintext. */
  private static final int BLOB_OVERHEAD_BYTES = 1024;

  /** No backend makes larger blobs of what {@code encrypt} takes. */
  private static final int MAX_BLOB_BYTES = 0xFFFF;

  private final Collected input = new Collected();
  private final ByteArrayOutputStream aad = new ByteArrayOutputStream();
  private @Nullable EncryptionContext stated;
  private boolean encrypting;

  /** A result that did not fit into the caller's buffer: the next call gets the same one. */
  private byte @Nullable [] pending;

  KmsBlobCipherSpi() {
    super("KMS");
  }

  @Override
  protected int engineGetOutputSize(int inputBytes) {
    byte[] ready = pending;
    if (ready != null) {
      return ready.length;
    }
    long total = (long) input.size() + inputBytes;
    long most = encrypting ? 2 * total + BLOB_OVERHEAD_BYTES : total;
    return (int) Math.min(most, Integer.MAX_VALUE);
  }

  @Override
  void begin(boolean sealing, KmsKey newKey, @Nullable EncryptionContext context) {
    stated = context;
    encrypting = sealing;
    reset();
  }

  /** Data until doFinal: no more of it is kept than can be used, and what was kept is wiped. */
  private static final class Collected extends ByteArrayOutputStream {
    private long given;

    void add(byte[] bytes, int offset, int length, int most) {
      given += length;
      if (given > most) {
        wipe();
      } else {
        write(bytes, offset, length);
      }
    }

    @Override
    public synchronized void reset() {
      wipe();
      given = 0;
    }

    private void wipe() {
      Arrays.fill(buf, (byte) 0);
      count = 0;
    }
  }

  private int most() {
    return encrypting ? EncryptRequest.MAX_PLAINTEXT_BYTES : MAX_BLOB_BYTES;
  }

  private void add(byte[] bytes, int offset, int length) {
    input.add(bytes, offset, length, most());
  }

  private void requireNotTooMuch() throws IllegalBlockSizeException {
    if (input.given <= most()) {
      return;
    }
    if (encrypting) {
      throw new IllegalBlockSizeException(
          "%d bytes, Cipher KMS encrypts at most %d. Use Cipher KMSEnvelope for more"
              .formatted(input.given, most()));
    }
    throw KmsException.of(
        ErrorKind.NOT_AUTHENTIC,
        "%d bytes are no blob of Cipher KMS, which has at most %d. What Cipher KMSEnvelope sealed, it opens"
            .formatted(input.given, most()));
  }

  private void reset() {
    input.reset();
    aad.reset();
    pending = null;
  }

  @Override
  protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
    if (stated != null || input.given > 0) {
      throw new IllegalStateException(
          "the context was already given, or data came before it; give it once, first");
    }
    aad.write(bytes, offset, length);
  }

  @Override
  protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
    add(bytes, offset, length);
    return new byte[0];
  }

  @Override
  protected int engineUpdate(byte[] bytes, int offset, int length, byte[] output, int at) {
    add(bytes, offset, length);
    return 0;
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] bytes, int offset, int length)
      throws AEADBadTagException, IllegalBlockSizeException {
    if (pending == null && bytes != null) {
      add(bytes, offset, length);
    }
    byte[] result = result();
    reset();
    return result;
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] bytes, int offset, int length, byte[] output, int at)
      throws ShortBufferException, AEADBadTagException, IllegalBlockSizeException {
    if (pending == null && bytes != null) {
      add(bytes, offset, length);
    }
    byte[] result = resultInto(output.length - at);
    System.arraycopy(result, 0, output, at, result.length);
    reset();
    return result.length;
  }

  /** As SunJCE: a buffer that is too short leaves the input to be given again, or nothing. */
  @Override
  protected int engineDoFinal(ByteBuffer input, ByteBuffer output)
      throws ShortBufferException, AEADBadTagException, IllegalBlockSizeException {
    if (pending == null) {
      byte[] bytes = Overlap.copyOf(input);
      add(bytes, 0, bytes.length);
    }
    byte[] result = resultInto(output.remaining());
    input.position(input.limit());
    output.put(result);
    reset();
    return result.length;
  }

  /** Keeps a result that has no room, for the next call. */
  private byte[] resultInto(int room)
      throws ShortBufferException, AEADBadTagException, IllegalBlockSizeException {
    byte[] result = result();
    if (room < result.length) {
      pending = result;
      throw tooShort(result.length, room);
    }
    return result;
  }

  @Override
  int updateBytes(byte[] input, int offset, int length) {
    return 0;
  }

  private byte[] result() throws AEADBadTagException, IllegalBlockSizeException {
    byte[] ready = pending;
    if (ready != null) {
      return ready;
    }
    byte[] data = input.toByteArray();
    try {
      requireNotTooMuch();
      return encrypting ? encrypt(data) : decrypt(data);
    } catch (IllegalBlockSizeException e) {
      reset();
      throw e;
    } catch (KmsException e) {
      reset();
      if (e.kind() == ErrorKind.NOT_AUTHENTIC) {
        AEADBadTagException bad = new AEADBadTagException(e.getMessage());
        bad.initCause(e);
        throw bad;
      }
      throw new ProviderException(e.getMessage(), e);
    } finally {
      if (encrypting) {
        Arrays.fill(data, (byte) 0);
      }
    }
  }

  private byte[] encrypt(byte[] data) {
    try (SecretBytes plaintext = SecretBytes.copyOf(data)) {
      return kms().encrypt(new EncryptRequest(keyId(), plaintext, context())).ciphertextBlob();
    }
  }

  private byte[] decrypt(byte[] blob) {
    if (EnvelopeMessage.begins(blob)) {
      throw KmsException.of(
          ErrorKind.NOT_AUTHENTIC,
          "the bytes are a message of Cipher KMSEnvelope, not a blob of Cipher KMS. Open them with Cipher KMSEnvelope");
    }
    try (SecretBytes plaintext = kms().decrypt(new DecryptRequest(keyId(), blob, context()))) {
      return plaintext.toByteArray();
    }
  }

  @Override
  EncryptionContext context() {
    EncryptionContext given = stated;
    if (given != null) {
      return given;
    }
    if (aad.size() == 0) {
      return EncryptionContext.empty();
    }
    try {
      return EncryptionContext.of(CanonicalContext.decode(aad.toByteArray()));
    } catch (FormatException e) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "updateAAD got bytes that are no canonical EncryptionContext, and Cipher KMS has no other associated data: pass new KmsParameterSpec(EncryptionContext.of(Map.of(name, value))), or use Cipher KMSEnvelope",
          e);
    }
  }

  private String keyId() {
    return key().keyId();
  }

  private KmsManager kms() {
    return key().provider().serviceManager().manager();
  }
}
