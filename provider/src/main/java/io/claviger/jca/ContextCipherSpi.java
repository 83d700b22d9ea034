package io.claviger.jca;

import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code KMS} and {@code KMSEnvelope} have in common: only keys of the service, an encryption
 * context as parameters, keys wrapped as the data that they are.
 */
abstract class ContextCipherSpi extends CipherSpi {
  private final String name;
  private @Nullable KmsKey key;

  ContextCipherSpi(String name) {
    this.name = name;
  }

  /**
   * Begins with {@code newKey}, which is usable.
   *
   * @param context as the caller stated it, null when not
   */
  abstract void begin(boolean sealing, KmsKey newKey, @Nullable EncryptionContext context)
      throws InvalidKeyException;

  /** Returns the context bound so far. */
  abstract EncryptionContext context();

  @Override
  protected abstract byte[] engineDoFinal(byte @Nullable [] input, int offset, int length)
      throws AEADBadTagException, IllegalBlockSizeException;

  /** Returns how many bytes an update of {@code input} puts out, at most. */
  abstract int updateBytes(byte[] input, int offset, int length);

  /** Associated data from the buffer's position to its limit; the position moves to the limit. */
  @Override
  protected final void engineUpdateAAD(ByteBuffer input) {
    byte[] bytes = new byte[input.remaining()];
    input.get(bytes);
    engineUpdateAAD(bytes, 0, bytes.length);
  }

  /** Takes the room that the bytes need, not the most that they could: as SunJCE does. */
  @Override
  protected final int engineUpdate(ByteBuffer input, ByteBuffer output)
      throws ShortBufferException {
    byte[] in = Overlap.copyOf(input);
    int needed = updateBytes(in, 0, in.length);
    if (output.remaining() < needed) {
      throw tooShort(needed, output.remaining());
    }
    byte[] made = engineUpdate(in, 0, in.length);
    input.position(input.limit());
    return put(made, output);
  }

  private static int put(byte @Nullable [] made, ByteBuffer output) {
    if (made == null) {
      return 0;
    }
    output.put(made);
    return made.length;
  }

  static ShortBufferException tooShort(int needed, int room) {
    return new ShortBufferException(
        "%d bytes come out, the buffer has room for %d".formatted(needed, room));
  }

  final KmsKey key() {
    KmsKey current = key;
    if (current == null) {
      throw new IllegalStateException("Cipher %s is not initialised".formatted(name));
    }
    return current;
  }

  private void init(int mode, Key newKey, @Nullable EncryptionContext context)
      throws InvalidKeyException {
    if (!(newKey instanceof KmsKey kms)) {
      throw new InvalidKeyException(
          "Cipher %s works with keys of the key management service; obtain one from SecretKeyFactory \"KMS\""
              .formatted(name));
    }
    kms.requireUsable(KeyUsage.ENCRYPT_DECRYPT);
    key = kms;
    begin(mode == Cipher.ENCRYPT_MODE || mode == Cipher.WRAP_MODE, kms, context);
  }

  @Override
  protected final void engineInit(int mode, Key newKey, SecureRandom random)
      throws InvalidKeyException {
    init(mode, newKey, null);
  }

  @Override
  protected final void engineInit(
      int mode, Key newKey, @Nullable AlgorithmParameterSpec spec, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (spec != null && !(spec instanceof KmsParameterSpec)) {
      throw new InvalidAlgorithmParameterException(
          "expected a KmsParameterSpec with the encryption context; IVs are not the caller's");
    }
    init(mode, newKey, spec == null ? null : ((KmsParameterSpec) spec).context());
  }

  @Override
  protected final void engineInit(
      int mode, Key newKey, @Nullable AlgorithmParameters params, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    init(mode, newKey, params == null ? null : KmsParametersSpi.contextOf(params));
  }

  @Override
  protected final void engineSetMode(String mode) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException("Cipher %s has no modes".formatted(name));
  }

  @Override
  protected final void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException("Cipher %s has no paddings".formatted(name));
  }

  @Override
  protected final int engineGetBlockSize() {
    return 0;
  }

  @Override
  protected final int engineGetKeySize(Key anyKey) {
    return 256;
  }

  @Override
  protected final byte @Nullable [] engineGetIV() {
    return null;
  }

  /** The context, so that a sealed object carries it; null when there is none. */
  @Override
  protected final @Nullable AlgorithmParameters engineGetParameters() {
    if (key == null || context().isEmpty()) {
      return null;
    }
    return KmsParametersSpi.of(context(), key().provider());
  }

  @Override
  protected final byte[] engineWrap(Key toWrap)
      throws InvalidKeyException, IllegalBlockSizeException {
    byte[] raw = WrappedKeys.encodingOf(toWrap);
    try {
      return engineDoFinal(raw, 0, raw.length);
    } catch (AEADBadTagException | ProviderException e) {
      throw refused(e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  @Override
  protected final Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    byte[] raw;
    try {
      raw = engineDoFinal(wrapped, 0, wrapped.length);
    } catch (AEADBadTagException | IllegalBlockSizeException | ProviderException e) {
      throw refused(e);
    }
    return WrappedKeys.take(raw, algorithm, type);
  }

  /** The cause is the service's own failure where there is one. */
  private static InvalidKeyException refused(Exception e) {
    return new InvalidKeyException(
        e.getMessage(), e.getCause() instanceof KmsException cause ? cause : e);
  }
}
