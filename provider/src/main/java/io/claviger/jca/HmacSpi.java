package io.claviger.jca;

import io.claviger.engine.RawCiphers;
import java.nio.ByteBuffer;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/**
 * HMAC for opaque keys of usage SIGN_VERIFY: the JDK's own, with material that the backend lends.
 * Ordinary RAW keys are served too when the caller named this provider.
 */
final class HmacSpi extends MacSpi implements Cloneable {
  private final int macBytes;

  /** Finds its provider at the first raw key. */
  private Mac delegate;

  private boolean keyed;

  HmacSpi(String algorithm, int macBytes) {
    this.macBytes = macBytes;
    this.delegate = RawCiphers.mac(algorithm);
  }

  @Override
  protected int engineGetMacLength() {
    return macBytes;
  }

  @Override
  protected void engineInit(@Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    keyed = false;
    delegate.init(key instanceof KmsKey kms ? lent(kms) : key, spec);
    keyed = true;
  }

  private Key lent(KmsKey key) throws InvalidKeyException {
    Key raw = key.loan().take(KeyLoan.Purpose.MAC);
    ShortMacKeys.warn(key, delegate.getAlgorithm(), Byte.SIZE * macBytes);
    return raw;
  }

  @Override
  protected void engineUpdate(byte input) {
    delegate.update(input);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    delegate.update(input, offset, length);
  }

  @Override
  protected void engineUpdate(ByteBuffer input) {
    delegate.update(input);
  }

  @Override
  protected byte[] engineDoFinal() {
    return delegate.doFinal();
  }

  @Override
  protected void engineReset() {
    if (keyed) {
      delegate.reset();
    }
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    HmacSpi copy = (HmacSpi) super.clone();
    copy.delegate = (Mac) delegate.clone();
    return copy;
  }
}
