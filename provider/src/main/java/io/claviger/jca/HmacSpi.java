package io.claviger.jca;

import io.claviger.engine.RawCiphers;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.service.KmsManager;
import java.nio.ByteBuffer;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/**
 * HMAC for opaque keys of usage SIGN_VERIFY: the JDK's own with material that the backend lends,
 * else the backend's. Ordinary RAW keys are served too when the caller named this provider.
 */
final class HmacSpi extends MacSpi implements Cloneable {
  private final MacAlgorithm algorithm;

  /** Finds its provider at the first raw key; kept since it took one. */
  private @Nullable Mac raw;

  /** The MAC under way; null without a key. */
  private @Nullable MacWork work;

  HmacSpi(MacAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  @Override
  protected int engineGetMacLength() {
    return algorithm.macBytes();
  }

  @Override
  protected void engineInit(@Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    work = null;
    if (key instanceof KmsKey kms) {
      work = isMadeByService(kms) ? new ServiceMac(kms, algorithm) : local(lent(kms), spec);
      ShortMacKeys.warn(kms, algorithm.jcaName(), Byte.SIZE * algorithm.macBytes());
    } else {
      work = local(key, spec);
    }
  }

  /** Whether the service keeps the key; refuses a key that it would refuse. */
  private static boolean isMadeByService(KmsKey key) throws InvalidKeyException {
    key.requireUsable(KeyUsage.SIGN_VERIFY);
    try {
      KmsManager kms = key.provider().serviceManager().manager();
      if (kms.capabilities().rawCiphers() || !kms.capabilities().macs()) {
        return false; // lending it says what is wrong
      }
      KeyState state = kms.describeKey(key.keyId()).state();
      if (state != KeyState.ENABLED) {
        throw new InvalidKeyException(
            "key \"%s\" is %s and may not be used to sign; enable it or cancel its deletion"
                .formatted(key.keyId(), state.wireName()));
      }
      return true;
    } catch (KmsException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  private static Key lent(KmsKey key) throws InvalidKeyException {
    return key.loan().take(KeyLoan.Purpose.MAC);
  }

  private MacWork local(@Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    Mac made = fresh();
    Refusals.checked(
        algorithm.jcaName(),
        () -> {
          made.init(key, spec);
          return made;
        });
    raw = made;
    return new JdkMac(made);
  }

  /**
   * Returns a MAC in the middle of no message: SunJCE takes the bytes of one for the beginning of a
   * key that is longer than the hash's block, and its MACs are wrong from then on.
   */
  private Mac fresh() throws InvalidKeyException, InvalidAlgorithmParameterException {
    Mac known = raw;
    if (known == null) {
      return Refusals.checked(algorithm.jcaName(), () -> RawCiphers.mac(algorithm.jcaName()));
    }
    known.reset();
    return known;
  }

  private MacWork work() {
    MacWork current = work;
    if (current == null) {
      throw new IllegalStateException("the MAC has no key; call init");
    }
    return current;
  }

  @Override
  protected void engineUpdate(byte input) {
    work().update(new byte[] {input}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    work().update(input, offset, length);
  }

  @Override
  protected void engineUpdate(ByteBuffer input) {
    work().update(input);
  }

  @Override
  protected byte[] engineDoFinal() {
    return work().doFinal();
  }

  @Override
  protected void engineReset() {
    if (work != null) {
      work.reset();
    }
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    HmacSpi copy = (HmacSpi) super.clone();
    copy.raw = null; // shares nothing with this one
    copy.work = work == null ? null : work.copy();
    return copy;
  }
}
