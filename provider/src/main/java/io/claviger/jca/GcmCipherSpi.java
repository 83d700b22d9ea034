package io.claviger.jca;

import io.claviger.engine.RawCiphers;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code AES/GCM/NoPadding} for opaque keys: the JDK's own cipher does the work, with material that
 * the backend lends for this cipher. So the state machine is the JDK's, exactly.
 *
 * <p>Ordinary RAW keys are served too when the caller named this provider.
 */
final class GcmCipherSpi extends CipherSpi {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  /** Made at first use: making it here would recurse while providers are asked in turn. */
  private @Nullable Cipher delegate;

  private boolean decrypting;

  private Cipher delegate() {
    Cipher made = delegate;
    if (made == null) {
      made = RawCiphers.boundCipher(TRANSFORMATION);
      delegate = made;
    }
    return made;
  }

  @Override
  protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException("only " + TRANSFORMATION);
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException("only " + TRANSFORMATION);
  }

  @Override
  protected int engineGetBlockSize() {
    return 16;
  }

  @Override
  protected int engineGetKeySize(Key key) {
    byte[] raw = key.getEncoded();
    return raw == null ? 256 : 8 * raw.length;
  }

  @Override
  protected int engineGetOutputSize(int inputBytes) {
    return delegate().getOutputSize(inputBytes);
  }

  @Override
  protected byte @Nullable [] engineGetIV() {
    return delegate().getIV();
  }

  @Override
  protected AlgorithmParameters engineGetParameters() {
    return delegate().getParameters();
  }

  @Override
  protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
    delegate().init(mode, raw(mode, key), random);
  }

  @Override
  protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    delegate().init(mode, raw(mode, key), spec, random);
  }

  @Override
  protected void engineInit(int mode, Key key, AlgorithmParameters params, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    delegate().init(mode, raw(mode, key), params, random);
  }

  private Key raw(int mode, Key key) throws InvalidKeyException {
    decrypting = mode == Cipher.DECRYPT_MODE || mode == Cipher.UNWRAP_MODE;
    if (!(key instanceof KmsKey kms)) {
      return key;
    }
    if (kms.isDestroyed()) {
      throw new InvalidKeyException(kms + " was destroyed; obtain it again");
    }
    if (kms.usage() != KeyUsage.ENCRYPT_DECRYPT) {
      throw new InvalidKeyException(
          "%s is for %s, not for ciphers; use an %s key"
              .formatted(kms, kms.usage().wireName(), KeyUsage.ENCRYPT_DECRYPT.wireName()));
    }
    try (SecretBytes material =
        kms.provider().serviceManager().manager().lendMaterial(kms.keyId(), kms.version())) {
      return material.use(bytes -> new SecretKeySpec(bytes, "AES"));
    } catch (KmsException e) {
      String advice =
          e.kind() == ErrorKind.UNSUPPORTED_CAPABILITY
              ? ". This backend keeps the key to itself: use Cipher \"KMS\" for small data, or a data key (KmsDataKeySpec) with any cipher"
              : "";
      throw new InvalidKeyException(e.getMessage() + advice, e);
    }
  }

  @Override
  protected void engineUpdateAAD(byte[] input, int offset, int length) {
    delegate().updateAAD(input, offset, length);
  }

  @Override
  protected void engineUpdateAAD(ByteBuffer input) {
    delegate().updateAAD(input);
  }

  @Override
  protected byte @Nullable [] engineUpdate(byte[] input, int offset, int length) {
    return delegate().update(input, offset, length);
  }

  @Override
  protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException {
    return delegate().update(input, offset, length, output, outputOffset);
  }

  @Override
  protected int engineUpdate(ByteBuffer input, ByteBuffer output) throws ShortBufferException {
    return delegate().update(input, output);
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] input, int offset, int length)
      throws IllegalBlockSizeException, BadPaddingException {
    try {
      return input == null ? delegate().doFinal() : delegate().doFinal(input, offset, length);
    } catch (ProviderException e) {
      throw shortInput(e);
    }
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] input, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    try {
      return input == null
          ? delegate().doFinal(output, outputOffset)
          : delegate().doFinal(input, offset, length, output, outputOffset);
    } catch (ProviderException e) {
      throw shortInput(e);
    }
  }

  @Override
  protected int engineDoFinal(ByteBuffer input, ByteBuffer output)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    try {
      return delegate().doFinal(input, output);
    } catch (ProviderException e) {
      throw shortInput(e);
    }
  }

  /**
   * JDK 17 lets input shorter than a tag out as ProviderException; it is not authentic, no more.
   */
  private AEADBadTagException shortInput(ProviderException e) {
    if (!decrypting) {
      throw e;
    }
    AEADBadTagException bad = new AEADBadTagException("Input too short - need tag");
    bad.initCause(e);
    return bad;
  }

  @Override
  protected byte[] engineWrap(Key key) throws IllegalBlockSizeException, InvalidKeyException {
    return delegate().wrap(key);
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    try {
      return delegate().unwrap(wrapped, algorithm, type);
    } catch (ProviderException e) {
      throw new InvalidKeyException("the wrapped key is not authentic", shortInput(e));
    }
  }
}
