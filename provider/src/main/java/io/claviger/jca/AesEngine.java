package io.claviger.jca;

import io.claviger.engine.RawCiphers;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The engine below one cipher: the first installed provider that takes the key and the parameters,
 * as the JDK chooses it. Engines differ in what they take: Conscrypt has no keys of 192 bits and no
 * IV but 12 bytes, so another one serves these; some take tags below 96 bits, a key of another size
 * than the transformation names, or pass over parameters of another kind: refused here for all.
 */
final class AesEngine {
  private static final int LEAST_TAG_BITS = 96;
  private static final int USUAL_IV_BYTES = 12;
  private static final String JDK = "SunJCE";

  private final String transformation;
  private final Class<? extends AlgorithmParameterSpec> parameters;

  /** Made at first use: making it here would recurse while providers are asked in turn. */
  private @Nullable Cipher cipher;

  private boolean jdk;

  /** Length of the last IV, where the engine is not the JDK's. */
  private int ivBytes = USUAL_IV_BYTES;

  AesEngine(String transformation) {
    this.transformation = transformation;
    this.parameters =
        transformation.contains("/GCM/") ? GCMParameterSpec.class : IvParameterSpec.class;
  }

  /** An init of a cipher. */
  interface Begin {
    void of(Cipher cipher) throws InvalidKeyException, InvalidAlgorithmParameterException;
  }

  Cipher cipher() {
    Cipher made = cipher;
    return made == null ? set(RawCiphers.boundCipher(transformation)) : made;
  }

  private Cipher set(Cipher chosen) {
    cipher = chosen;
    jdk = chosen.getProvider().getName().equals(JDK);
    return chosen;
  }

  /**
   * Initialises the cipher, or that of another engine where this one does not take what is given.
   *
   * @param spec what {@code init} gives; null where the engine makes its own
   * @throws InvalidAlgorithmParameterException also for parameters of another kind than the
   *     transformation's, and for a short tag
   */
  void begin(@Nullable AlgorithmParameterSpec spec, Begin init)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    require(spec);
    Cipher first = cipher();
    if (!jdk) {
      first = forIv(spec instanceof GCMParameterSpec given ? given.getIV().length : USUAL_IV_BYTES);
    }
    try {
      init.of(first);
    } catch (InvalidKeyException | InvalidAlgorithmParameterException | RuntimeException refused) {
      Cipher other = other(first.getProvider(), init);
      if (other == null) {
        throw refused;
      }
      set(other);
    }
  }

  /**
   * ACCP 2.5.0 seals wrongly, and opens nothing, when the IV of a cipher that was used twice has
   * another length; a fresh one does not. The JDK's keeps its memory of IVs, so it stays.
   */
  private Cipher forIv(int bytes) throws InvalidAlgorithmParameterException {
    if (bytes == 0) {
      throw new InvalidAlgorithmParameterException(transformation + " takes no empty IV");
    }
    if (bytes != ivBytes) {
      ivBytes = bytes;
      set(RawCiphers.cipher(transformation, cipher().getProvider()));
    }
    return cipher();
  }

  /** What a fresh cipher of the same engine takes was refused for its history: IVs never repeat. */
  private @Nullable Cipher other(Provider refusing, Begin init) {
    if (takes(RawCiphers.cipher(transformation, refusing), init)) {
      return null;
    }
    Cipher other = RawCiphers.cipher(transformation);
    return takes(other, init) ? other : null;
  }

  private static boolean takes(Cipher fresh, Begin init) {
    try {
      init.of(fresh);
      return true;
    } catch (InvalidKeyException | InvalidAlgorithmParameterException | RuntimeException e) {
      return false; // the first engine's reason is reported
    }
  }

  /** Refuses a key of another size than the transformation names. */
  void require(@Nullable Key key) throws InvalidKeyException {
    int bits = RawCiphers.namedBits(transformation);
    byte[] raw = bits == 0 || key == null ? null : key.getEncoded();
    if (raw != null && Byte.SIZE * raw.length != bits) {
      throw new InvalidKeyException(
          "%s takes keys of %d bits, this one has %d"
              .formatted(transformation, bits, Byte.SIZE * raw.length));
    }
  }

  private void require(@Nullable AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (spec != null && !parameters.isInstance(spec)) {
      throw new InvalidAlgorithmParameterException(
          "%s takes %s, not %s"
              .formatted(
                  transformation, parameters.getSimpleName(), spec.getClass().getSimpleName()));
    }
    if (spec instanceof GCMParameterSpec given && given.getTLen() < LEAST_TAG_BITS) {
      throw new InvalidAlgorithmParameterException(
          "a tag of %d bits; %s takes %d to 128"
              .formatted(given.getTLen(), transformation, LEAST_TAG_BITS));
    }
  }

  /** Returns what {@code given} holds for this transformation. */
  @Nullable AlgorithmParameterSpec specOf(@Nullable AlgorithmParameters given)
      throws InvalidAlgorithmParameterException {
    try {
      return given == null ? null : given.getParameterSpec(parameters);
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException(
          "%s does not take parameters of %s: %s"
              .formatted(transformation, given.getAlgorithm(), e.getMessage()),
          e);
    }
  }
}
