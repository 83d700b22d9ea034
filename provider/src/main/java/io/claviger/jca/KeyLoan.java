package io.claviger.jca;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import java.security.InvalidKeyException;
import java.util.function.LongSupplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Raw material of one key, lent by its backend to the ciphers and MACs of this process.
 *
 * <p>A loan is used again for {@value #LONGEST_NANOS} ns at most, and not at all once the service
 * or a key of it changed: small messages would otherwise cost more in the asking than in the
 * cipher. So a change by another process is noticed within a second, one by this process at once.
 *
 * <p>Threads: safe. Blocking: a fresh loan calls the key management service.
 */
final class KeyLoan {
  static final long LONGEST_NANOS = 1_000_000_000L;

  /** What the material is for: the usage that it needs, and whether it makes something new. */
  enum Purpose {
    SEAL(KeyUsage.ENCRYPT_DECRYPT, true),
    OPEN(KeyUsage.ENCRYPT_DECRYPT, false),
    MAC(KeyUsage.SIGN_VERIFY, true);

    private final KeyUsage usage;
    private final boolean toSeal;

    Purpose(KeyUsage usage, boolean toSeal) {
      this.usage = usage;
      this.toSeal = toSeal;
    }
  }

  private final KmsKey key;
  private final LongSupplier nanos;
  private volatile @Nullable Loan last;

  KeyLoan(KmsKey key) {
    this(key, System::nanoTime);
  }

  /**
   * @param nanos a clock as {@link System#nanoTime}
   */
  KeyLoan(KmsKey key, LongSupplier nanos) {
    this.key = key;
    this.nanos = nanos;
  }

  /** Not a record: it holds a secret. */
  private static final class Loan {
    private final SecretKey raw;
    private final boolean toSeal;
    private final long epoch;
    private final long madeNanos;

    Loan(SecretKey raw, boolean toSeal, long epoch, long madeNanos) {
      this.raw = raw;
      this.toSeal = toSeal;
      this.epoch = epoch;
      this.madeNanos = madeNanos;
    }

    boolean serves(boolean sealing, long epochNow, long nowNanos) {
      return epoch == epochNow && (toSeal || !sealing) && nowNanos - madeNanos < LONGEST_NANOS;
    }
  }

  /**
   * Returns the raw key for {@code purpose}.
   *
   * @throws InvalidKeyException if the key was destroyed, is of the other usage, or the service
   *     refuses; then the cause is a {@link KmsException}
   */
  SecretKey take(Purpose purpose) throws InvalidKeyException {
    key.requireUsable(purpose.usage);
    try {
      KmsManager kms = key.provider().serviceManager().manager();
      long epoch = kms.epoch();
      Loan known = last;
      if (known != null && known.serves(purpose.toSeal, epoch, nanos.getAsLong())) {
        return known.raw;
      }
      try (SecretBytes material = kms.lendMaterial(key.keyId(), key.version(), purpose.toSeal)) {
        SecretKey raw = material.use(bytes -> new SecretKeySpec(bytes, key.getAlgorithm()));
        last = new Loan(raw, purpose.toSeal, epoch, nanos.getAsLong());
        if (key.isDestroyed()) {
          end();
        }
        return raw;
      }
    } catch (KmsException e) {
      throw new InvalidKeyException(e.getMessage() + advice(e, purpose), e);
    }
  }

  private static String advice(KmsException refusal, Purpose purpose) {
    if (refusal.kind() != ErrorKind.UNSUPPORTED_CAPABILITY) {
      return "";
    }
    return purpose == Purpose.MAC
        ? ". This backend keeps the key to itself; use a key of a backend that lends material, or a data key"
        : ". This backend keeps the key to itself: use Cipher \"KMS\" for small data and keys, Cipher \"KMSEnvelope\" for data of any size, or a data key (KmsDataKeySpec) with any cipher";
  }

  /** Forgets what was lent. */
  void end() {
    last = null;
  }
}
