package io.claviger.jca;

import io.claviger.kms.KeyUsage;
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
final class AesCipherSpi extends CipherSpi {
  private final String transformation;
  private final boolean gcm;
  private final boolean keyWrap;
  private final AesEngine engine;

  private boolean decrypting;

  /** The opaque key of the last init; null when that was an ordinary one. */
  private @Nullable KmsKey opaque;

  /** Whether bytes were given since the last init. */
  private boolean updated;

  AesCipherSpi(String transformation) {
    this.transformation = transformation;
    this.gcm = transformation.contains("/GCM/");
    this.keyWrap = transformation.contains("/KW");
    this.engine = new AesEngine(transformation);
  }

  private Cipher delegate() {
    return engine.cipher();
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
    if (key instanceof KmsKey kms) {
      return kms.bits();
    }
    byte[] raw = key.getEncoded();
    return raw == null ? KeyUsage.USUAL_BITS : Byte.SIZE * raw.length;
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
    try {
      Key raw = raw(mode, key);
      begin(null, c -> c.init(mode, raw, random));
    } catch (InvalidAlgorithmParameterException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    Key raw = raw(mode, key);
    begin(spec, c -> c.init(mode, raw, spec, random));
  }

  @Override
  protected void engineInit(int mode, Key key, AlgorithmParameters params, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    AlgorithmParameterSpec spec = engine.specOf(params);
    Key raw = raw(mode, key);
    begin(spec, c -> c.init(mode, raw, params, random));
  }

  private void begin(@Nullable AlgorithmParameterSpec spec, AesEngine.Begin init)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    try {
      engine.begin(spec, init);
    } catch (RuntimeException e) {
      throw Refusals.invalidKey(transformation, e);
    }
  }

  private Key raw(int mode, Key key) throws InvalidKeyException {
    decrypting = mode == Cipher.DECRYPT_MODE || mode == Cipher.UNWRAP_MODE;
    updated = false;
    opaque = null;
    Key raw = key;
    if (key instanceof KmsKey kms) {
      opaque = kms;
      raw = kms.loan().take(decrypting ? KeyLoan.Purpose.OPEN : KeyLoan.Purpose.SEAL);
    }
    engine.require(raw);
    return raw;
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
    boolean copy = Overlap.mayOverwrite(input, offset, output, outputOffset, updated);
    updated = true;
    try {
      return copy
          ? delegate().update(apart(input, offset, length), 0, length, output, outputOffset)
          : delegate().update(input, offset, length, output, outputOffset);
    } catch (IndexOutOfBoundsException e) {
      requireRoom(length, output.length - outputOffset);
      throw e;
    }
  }

  private static byte[] apart(byte[] input, int offset, int length) {
    return Arrays.copyOfRange(input, offset, offset + length);
  }

  @Override
  protected int engineUpdate(ByteBuffer input, ByteBuffer output) throws ShortBufferException {
    if (keyWrap) {
      byte[] all = Overlap.copyOf(input);
      input.position(input.limit());
      delegate().update(all); // nothing comes out before doFinal
      return 0;
    }
    ByteBuffer source = apart(input, output);
    updated = true;
    int made = delegate().update(source, output);
    input.position(input.limit());
    return made;
  }

  /**
   * Key wrap into an array of its own: the JDK's fails with ArrayIndexOutOfBoundsException or
   * NegativeArraySizeException for some lengths when it makes the array or writes into the
   * caller's.
   */
  private byte[] keyWrap(byte @Nullable [] input, int offset, int length)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    byte[] out = new byte[Math.max(0, delegate().getOutputSize(length)) + 16];
    int made =
        input == null
            ? delegate().doFinal(out, 0)
            : delegate().doFinal(input, offset, length, out, 0);
    return Arrays.copyOf(out, made);
  }

  /** ACCP answers an output of no bytes with an index out of bounds. */
  private void requireRoom(int inputBytes, int room) throws ShortBufferException {
    int needed = delegate().getOutputSize(inputBytes);
    if (room < needed) {
      throw new ShortBufferException(
          "up to %d bytes come out, the buffer has room for %d".formatted(needed, room));
    }
  }

  /** The JDK's GCM overwrites input that it has not read, 17 and 25, once bytes are held back. */
  private ByteBuffer apart(ByteBuffer input, ByteBuffer output) {
    return Overlap.mayOverwrite(input, output, updated)
        ? ByteBuffer.wrap(Overlap.copyOf(input))
        : input;
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] input, int offset, int length)
      throws IllegalBlockSizeException, BadPaddingException {
    try {
      if (keyWrap) {
        return keyWrap(input, offset, length);
      }
      return input == null ? delegate().doFinal() : delegate().doFinal(input, offset, length);
    } catch (AEADBadTagException e) {
      throw withAdvice(e);
    } catch (ShortBufferException e) {
      throw new ProviderException("internal error: the output has another size than announced", e);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] input, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    if (keyWrap) {
      requireRoom(length, output.length - outputOffset);
      byte[] whole = keyWrap(input, offset, length);
      System.arraycopy(whole, 0, output, outputOffset, whole.length);
      return whole.length;
    }
    int made = openedBytes(length);
    try {
      if (input == null) {
        return delegate().doFinal(output, outputOffset);
      }
      return Overlap.mayOverwrite(input, offset, output, outputOffset, updated)
          ? delegate().doFinal(apart(input, offset, length), 0, length, output, outputOffset)
          : delegate().doFinal(input, offset, length, output, outputOffset);
    } catch (AEADBadTagException e) {
      int end = (int) Math.min(output.length, (long) outputOffset + made);
      Arrays.fill(output, Math.min(outputOffset, end), end, (byte) 0);
      throw withAdvice(e);
    } catch (IndexOutOfBoundsException e) {
      requireRoom(length, output.length - outputOffset);
      throw failed(e);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  protected int engineDoFinal(ByteBuffer input, ByteBuffer output)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    if (keyWrap) {
      byte[] all = Overlap.copyOf(input);
      requireRoom(all.length, output.remaining());
      byte[] whole = keyWrap(all, 0, all.length);
      input.position(input.limit());
      output.put(whole);
      return whole.length;
    }
    int made = openedBytes(input.remaining());
    ByteBuffer opened = output.duplicate();
    try {
      int written = delegate().doFinal(apart(input, output), output);
      input.position(input.limit());
      return written;
    } catch (AEADBadTagException e) {
      opened.put(new byte[Math.min(made, opened.remaining())]);
      throw withAdvice(e);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Returns how many bytes of what is not authentic a failed opening may leave in the caller's
   * buffer. The JDK's GCM wipes them, but not in place, and on 25 not after a failure in place.
   */
  private int openedBytes(int inputBytes) {
    return decrypting && gcm ? delegate().getOutputSize(inputBytes) : 0;
  }

  /** A raw message does not say which version sealed it: after a rotation it looks changed. */
  private AEADBadTagException withAdvice(AEADBadTagException bad) {
    KmsKey key = opaque;
    if (key == null || key.version() == 1) {
      return bad;
    }
    AEADBadTagException advised =
        new AEADBadTagException(
            "%s under version %d of key \"%s\". A message that an earlier version sealed opens with that version only: new KmsKeyIdSpec(\"%s\", %d), alias %s@%d"
                .formatted(
                    bad.getMessage(),
                    key.version(),
                    key.keyId(),
                    key.keyId(),
                    key.version() - 1,
                    key.keyId(),
                    key.version() - 1));
    advised.initCause(bad);
    return advised;
  }

  /**
   * An engine's unchecked exceptions, but for misuse of the API: JDK 17 lets input shorter than a
   * tag out as ProviderException, and it is not authentic, no more.
   */
  private BadPaddingException failed(RuntimeException e) throws IllegalBlockSizeException {
    if (e instanceof IllegalStateException || e instanceof IllegalArgumentException) {
      throw e;
    }
    if (!decrypting) {
      IllegalBlockSizeException refused = new IllegalBlockSizeException(e.getMessage());
      refused.initCause(e);
      throw refused;
    }
    BadPaddingException bad =
        gcm
            ? new AEADBadTagException("Input too short - need tag")
            : new BadPaddingException(e.getMessage());
    bad.initCause(e);
    return bad;
  }

  @Override
  protected byte[] engineWrap(Key key) throws IllegalBlockSizeException, InvalidKeyException {
    try {
      return delegate().wrap(key);
    } catch (IllegalStateException e) {
      throw e; // misuse of the API
    } catch (RuntimeException e) {
      throw Refusals.invalidKey(transformation, e);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    try {
      return delegate().unwrap(wrapped, algorithm, type);
    } catch (IllegalStateException e) {
      throw e; // misuse of the API
    } catch (RuntimeException e) {
      throw new InvalidKeyException("the wrapped key is not authentic", e);
    }
  }
}
