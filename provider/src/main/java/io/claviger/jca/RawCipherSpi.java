package io.claviger.jca;

import io.claviger.engine.RawCiphers;
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
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * A raw AES transformation for opaque keys: the JDK's own cipher does the work, with material that
 * the backend lends for it. So the state machine is the JDK's, exactly.
 *
 * <p>Ordinary RAW keys are served too when the caller named this provider.
 */
final class RawCipherSpi extends CipherSpi {
  private final String transformation;
  private final boolean gcm;

  /** Made at first use: making it here would recurse while providers are asked in turn. */
  private @Nullable Cipher delegate;

  private boolean decrypting;

  /** Whether bytes were given since the last init. */
  private boolean updated;

  RawCipherSpi(String transformation) {
    this.transformation = transformation;
    this.gcm = transformation.contains("/GCM/");
  }

  private Cipher delegate() {
    Cipher made = delegate;
    if (made == null) {
      made = RawCiphers.boundCipher(transformation);
      delegate = made;
    }
    return made;
  }

  @Override
  protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException("only " + transformation);
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException("only " + transformation);
  }

  @Override
  protected int engineGetBlockSize() {
    return delegate().getBlockSize();
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
    updated = false;
    if (!(key instanceof KmsKey kms)) {
      return key;
    }
    return kms.loan().take(decrypting ? KeyLoan.Purpose.OPEN : KeyLoan.Purpose.SEAL);
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
    updated = true;
    return delegate().update(input, offset, length);
  }

  @Override
  protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException {
    boolean runsAhead = runsAhead(input, output);
    updated = true;
    return runsAhead
        ? delegate().update(apart(input, offset, length), 0, length, output, outputOffset)
        : delegate().update(input, offset, length, output, outputOffset);
  }

  /**
   * Whether output may overwrite input that was not read yet: in place, with bytes of an earlier
   * update still held back. The JDK's GCM does so on 17 once it is compiled.
   */
  private boolean runsAhead(byte[] input, byte[] output) {
    return updated && input == output;
  }

  private static byte[] apart(byte[] input, int offset, int length) {
    return Arrays.copyOfRange(input, offset, offset + length);
  }

  @Override
  protected int engineUpdate(ByteBuffer input, ByteBuffer output) throws ShortBufferException {
    updated = true;
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
    int made = openedBytes(length);
    try {
      if (input == null) {
        return delegate().doFinal(output, outputOffset);
      }
      return runsAhead(input, output)
          ? delegate().doFinal(apart(input, offset, length), 0, length, output, outputOffset)
          : delegate().doFinal(input, offset, length, output, outputOffset);
    } catch (AEADBadTagException e) {
      int end = (int) Math.min(output.length, (long) outputOffset + made);
      Arrays.fill(output, Math.min(outputOffset, end), end, (byte) 0);
      throw e;
    } catch (ProviderException e) {
      throw shortInput(e);
    }
  }

  @Override
  protected int engineDoFinal(ByteBuffer input, ByteBuffer output)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    int made = openedBytes(input.remaining());
    ByteBuffer opened = output.duplicate();
    try {
      return delegate().doFinal(input, output);
    } catch (AEADBadTagException e) {
      opened.put(new byte[Math.min(made, opened.remaining())]);
      throw e;
    } catch (ProviderException e) {
      throw shortInput(e);
    }
  }

  /**
   * Returns how many bytes of what is not authentic a failed opening may leave in the caller's
   * buffer. The JDK's GCM wipes them, but not in place, and on 25 not after a failure in place.
   */
  private int openedBytes(int inputBytes) {
    return decrypting && gcm ? delegate().getOutputSize(inputBytes) : 0;
  }

  /**
   * JDK 17 lets input shorter than a tag out as ProviderException; it is not authentic, no more.
   */
  private AEADBadTagException shortInput(ProviderException e) {
    if (!decrypting || !gcm) {
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
