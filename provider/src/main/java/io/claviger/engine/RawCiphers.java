package io.claviger.engine;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raw algorithms of the installed providers. With delayed selection the first provider that takes a
 * raw key serves it; Claviger's own provider takes opaque keys only and never serves itself.
 *
 * <p>Threads: safe.
 */
public final class RawCiphers {
  /** By transformation: to find out costs as much as three small messages. */
  private static final Map<String, Serving> SERVING = new ConcurrentHashMap<>();

  private static final Logger LOG = LoggerFactory.getLogger(RawCiphers.class);
  private static final Set<String> SLOW = Set.of("BC", "BCFIPS");
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private RawCiphers() {}

  /** Returns a cipher of {@code transformation}, not initialised. */
  public static Cipher cipher(String transformation) {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw missing(transformation, e);
    }
  }

  /** Returns a cipher of {@code transformation} of one engine, not initialised. */
  public static Cipher cipher(String transformation, Provider engine) {
    try {
      return Cipher.getInstance(transformation, engine);
    } catch (GeneralSecurityException e) {
      throw missing(transformation, e);
    }
  }

  /** Who serves raw AES keys of one transformation while these providers are installed. */
  private record Serving(Provider[] installed, Provider provider) {
    boolean isFor(Provider[] now) {
      boolean same = now.length == installed.length;
      for (int i = 0; same && i < now.length; i++) {
        same = now[i] == installed[i]; // Provider.equals compares whole tables
      }
      return same;
    }
  }

  /**
   * Returns a cipher of {@code transformation} bound to the provider that serves raw AES keys, so
   * that a refused initialisation leaves it usable.
   */
  public static Cipher boundCipher(String transformation) {
    try {
      Provider[] installed = Security.getProviders();
      Serving serving = SERVING.get(transformation);
      if (serving == null || !serving.isFor(installed)) {
        Cipher probe = cipher(transformation);
        probe.init(
            Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[probeBytes(transformation)], "AES"));
        serving = new Serving(installed, probe.getProvider());
        SERVING.put(transformation, serving);
        warnIfSlow(transformation, serving.provider().getName());
      }
      return cipher(transformation, serving.provider());
    } catch (GeneralSecurityException e) {
      throw missing(transformation, e);
    }
  }

  /** BouncyCastle's AES is Java alone: some 110 MiB/s where SunJCE has 5,000 and more. */
  private static void warnIfSlow(String transformation, String engine) {
    if (SLOW.contains(engine) && WARNED.compareAndSet(false, true)) {
      LOG.warn(
          "{} is served by {}, which is some fifty times slower than SunJCE. Register it behind SunJCE (Security.addProvider, not insertProviderAt)",
          transformation,
          engine);
    }
  }

  /** Returns the size in bits of the keys that {@code transformation} names; 0 if it names none. */
  public static int namedBits(String transformation) {
    return transformation.startsWith("AES_") ? Integer.parseInt(transformation.substring(4, 7)) : 0;
  }

  private static int probeBytes(String transformation) {
    int bits = namedBits(transformation);
    return bits == 0 ? 32 : bits / Byte.SIZE;
  }

  /** Returns a MAC of {@code algorithm}, without a key yet. */
  public static Mac mac(String algorithm) {
    try {
      return Mac.getInstance(algorithm);
    } catch (GeneralSecurityException e) {
      throw missing(algorithm, e);
    }
  }

  /** Returns a MAC of {@code algorithm} under {@code key}, which is copied. */
  public static Mac mac(String algorithm, byte[] key) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      rekey(mac, key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw missing(algorithm, e);
    }
  }

  /** Sets {@code mac} back to its start under {@code key}, which is copied. */
  static void rekey(Mac mac, byte[] key) {
    // an empty HMAC key equals one zero byte (RFC 2104 pads with zeros); the JDK refuses length 0
    byte[] raw = key.length == 0 ? new byte[1] : key;
    rekey(mac, new SecretKeySpec(raw, mac.getAlgorithm()));
  }

  static void rekey(Mac mac, SecretKeySpec key) {
    try {
      mac.init(key);
    } catch (GeneralSecurityException e) {
      throw missing(mac.getAlgorithm(), e);
    }
  }

  private static IllegalStateException missing(String algorithm, Exception cause) {
    String why =
        cause instanceof NoSuchAlgorithmException ? "no provider has it" : cause.getMessage();
    return new IllegalStateException(
        "this Java runtime cannot do %s: %s. Run a JDK with the standard SunJCE provider"
            .formatted(algorithm, why),
        cause);
  }
}
