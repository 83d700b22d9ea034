package io.claviger.jca;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;

/**
 * Engines that lack an algorithm, or refuse a key by an unchecked exception: the JCA's methods
 * answer with the checked one of their contract.
 */
final class Refusals {
  private Refusals() {}

  /** What an engine does at an init. */
  interface Init<T> {
    T run() throws InvalidKeyException, InvalidAlgorithmParameterException;
  }

  /** Returns what {@code init} returns; unchecked exceptions of the engine become checked. */
  static <T> T checked(String algorithm, Init<T> init)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    try {
      return init.run();
    } catch (RuntimeException e) {
      throw invalidKey(algorithm, e);
    }
  }

  static InvalidKeyException invalidKey(String algorithm, RuntimeException e) {
    return new InvalidKeyException(
        "no installed engine does %s with this key: %s. Register the JDK's own provider too, or use another key"
            .formatted(algorithm, e.getMessage()),
        e);
  }
}
