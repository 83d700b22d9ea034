package io.claviger.jca;

import io.claviger.format.CanonicalContext;
import io.claviger.format.FormatException;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import java.io.ByteArrayOutputStream;
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
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code KMS}: small data and keys under a KMS key, by the backend itself. Works for
 * every backend, also those that never lend material. The context comes as {@link KmsParameterSpec}
 * or as its canonical bytes through {@code updateAAD}.
 */
final class KmsCipherSpi extends CipherSpi {
  /** Room for what a backend adds to a plaintext. */
  private static final int BLOB_OVERHEAD_BYTES = 1024;

  private final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private final ByteArrayOutputStream aad = new ByteArrayOutputStream();
  private @Nullable KmsKey key;
  private @Nullable EncryptionContext stated;
  private boolean encrypting;

  /** A result that did not fit into the caller's buffer: the next call gets the same one. */
  private byte @Nullable [] pending;

  KmsCipherSpi() {}

  @Override
  protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException("Cipher KMS has no modes");
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException("Cipher KMS has no paddings");
  }

  @Override
  protected int engineGetBlockSize() {
    return 0;
  }

  @Override
  protected int engineGetOutputSize(int inputBytes) {
    int total = input.size() + inputBytes;
    byte[] ready = pending;
    return ready != null ? ready.length : encrypting ? 2 * total + BLOB_OVERHEAD_BYTES : total;
  }

  @Override
  protected byte @Nullable [] engineGetIV() {
    return null;
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return null;
  }

  @Override
  protected void engineInit(int mode, Key newKey, SecureRandom random) throws InvalidKeyException {
    begin(mode, newKey, null);
  }

  @Override
  protected void engineInit(
      int mode, Key newKey, @Nullable AlgorithmParameterSpec spec, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (spec != null && !(spec instanceof KmsParameterSpec)) {
      throw new InvalidAlgorithmParameterException(
          "expected a KmsParameterSpec with the encryption context");
    }
    begin(mode, newKey, spec == null ? null : ((KmsParameterSpec) spec).context());
  }

  @Override
  protected void engineInit(
      int mode, Key newKey, @Nullable AlgorithmParameters params, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (params != null) {
      throw new InvalidAlgorithmParameterException("pass the context as KmsParameterSpec");
    }
    begin(mode, newKey, null);
  }

  private void begin(int mode, Key newKey, @Nullable EncryptionContext context)
      throws InvalidKeyException {
    if (!(newKey instanceof KmsKey kms)) {
      throw new InvalidKeyException(
          "Cipher KMS works with keys of the key management service; obtain one from SecretKeyFactory \"KMS\"");
    }
    if (kms.isDestroyed()) {
      throw new InvalidKeyException(kms + " was destroyed; obtain it again");
    }
    key = kms;
    stated = context;
    encrypting = mode == Cipher.ENCRYPT_MODE || mode == Cipher.WRAP_MODE;
    reset();
  }

  private void reset() {
    input.reset();
    aad.reset();
    pending = null;
  }

  @Override
  protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
    if (stated != null || input.size() > 0) {
      throw new IllegalStateException(
          "the context was already given, or data came before it; give it once, first");
    }
    aad.write(bytes, offset, length);
  }

  @Override
  protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
    input.write(bytes, offset, length);
    return new byte[0];
  }

  @Override
  protected int engineUpdate(byte[] bytes, int offset, int length, byte[] output, int at) {
    input.write(bytes, offset, length);
    return 0;
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] bytes, int offset, int length)
      throws AEADBadTagException {
    if (pending == null && bytes != null) {
      input.write(bytes, offset, length);
    }
    byte[] result = result();
    reset();
    return result;
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] bytes, int offset, int length, byte[] output, int at)
      throws ShortBufferException, AEADBadTagException {
    if (pending == null && bytes != null) {
      input.write(bytes, offset, length);
    }
    byte[] result = result();
    if (output.length - at < result.length) {
      pending = result;
      throw new ShortBufferException(
          "the result has %d bytes, the buffer %d".formatted(result.length, output.length - at));
    }
    System.arraycopy(result, 0, output, at, result.length);
    reset();
    return result.length;
  }

  private byte[] result() throws AEADBadTagException {
    byte[] ready = pending;
    if (ready != null) {
      return ready;
    }
    byte[] data = input.toByteArray();
    try {
      return encrypting ? encrypt(data) : decrypt(data);
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
    try (SecretBytes plaintext = kms().decrypt(new DecryptRequest(keyId(), blob, context()))) {
      return plaintext.toByteArray();
    }
  }

  @Override
  protected byte[] engineWrap(Key toWrap) throws InvalidKeyException {
    byte[] raw = toWrap.getEncoded();
    if (raw == null) {
      throw new InvalidKeyException(
          "the key to wrap has no encoding: it stays with its keeper. Wrap data keys instead");
    }
    try {
      return encrypt(raw);
    } catch (KmsException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (type != Cipher.SECRET_KEY) {
      throw new NoSuchAlgorithmException("Cipher KMS unwraps secret keys only");
    }
    try {
      byte[] raw = decrypt(wrapped);
      try {
        return new SecretKeySpec(raw, algorithm);
      } finally {
        Arrays.fill(raw, (byte) 0);
      }
    } catch (KmsException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  private EncryptionContext context() {
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
          "updateAAD takes the canonical bytes of an EncryptionContext; pass a KmsParameterSpec instead",
          e);
    }
  }

  private String keyId() {
    return initialised().keyId();
  }

  private KmsManager kms() {
    return initialised().provider().serviceManager().manager();
  }

  private KmsKey initialised() {
    KmsKey current = key;
    if (current == null) {
      throw new IllegalStateException("Cipher KMS is not initialised");
    }
    return current;
  }
}
