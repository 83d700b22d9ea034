package io.claviger.s3.internal.sdk;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.Algorithm;
import software.amazon.awssdk.core.checksums.ChecksumSpecs;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Checksums by S3's names of their algorithms, in capitals: computed by the SDK where it does that
 * by name (since 2.30), else those that an older one knows, by the JDK.
 *
 * <p>Threads: safe; a begun checksum belongs to one thread at a time. Nothing blocks.
 */
public final class SdkChecksums {
  private static final Member NAMED =
      Member.of("checksums.DefaultChecksumAlgorithm", "fromValue", 1);
  private static final Member BEGIN = Member.of("checksums.SdkChecksum", "forAlgorithm", 1);
  private static final Member VALUE = Member.of("checksums.SdkChecksum", "getChecksumBytes", 0);

  private static final String SPECS = "core.checksums.ChecksumSpecs";
  private static final Member COPY = Member.of(SPECS, "toBuilder", 0);
  private static final Member ALGORITHM = Member.of(SPECS + "$Builder", "algorithmV2", 1);

  private static final boolean BY_NAME = NAMED.isThere() && BEGIN.isThere() && VALUE.isThere();

  private static final Map<String, Supplier<Checksum>> JDK =
      Map.of(
          "CRC32", CRC32::new,
          "CRC32C", CRC32C::new,
          "MD5", () -> new Digest("MD5"),
          "SHA1", () -> new Digest("SHA-1"),
          "SHA256", () -> new Digest("SHA-256"));

  private SdkChecksums() {}

  /** Whether this SDK knows an algorithm. */
  public static boolean knows(String algorithm) {
    return BY_NAME ? NAMED.call(algorithm) != null : JDK.containsKey(algorithm);
  }

  /**
   * Begins a checksum.
   *
   * @param algorithm one that is known
   * @throws RuntimeException if the SDK cannot compute it, for want of a library
   */
  public static Checksum begin(String algorithm) {
    return BY_NAME
        ? Objects.requireNonNull((Checksum) BEGIN.call(NAMED.call(algorithm)), algorithm)
        : Objects.requireNonNull(JDK.get(algorithm), algorithm).get();
  }

  /** Ends a checksum that was begun here, and returns it as it stands in headers before base64. */
  public static byte[] end(Checksum begun) {
    if (BY_NAME) {
      return Objects.requireNonNull((byte[]) VALUE.call(begun));
    }
    if (begun instanceof Digest digest) {
      return digest.digest.digest();
    }
    int value = (int) begun.getValue();
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  /**
   * Lets the SDK compute and send its own checksum of what it sends.
   *
   * @param algorithm nothing happens for one that this SDK does not know
   * @param given what the SDK planned, to be changed; null for nothing
   * @param header which carries it
   */
  public static void send(
      ExecutionAttributes attributes,
      String algorithm,
      @Nullable ChecksumSpecs given,
      String header) {
    ChecksumSpecs.Builder specs = given == null ? ChecksumSpecs.builder() : copy(given);
    if (BY_NAME && ALGORITHM.isThere()) {
      Object known = NAMED.call(algorithm);
      if (known == null) {
        return;
      }
      ALGORITHM.call(specs, known);
    } else {
      Algorithm known = knows(algorithm) ? Algorithm.fromValue(algorithm) : null;
      if (known == null) {
        return;
      }
      specs.algorithm(known);
    }
    attributes.putAttribute(
        SdkExecutionAttribute.RESOLVED_CHECKSUM_SPECS, specs.headerName(header).build());
  }

  private static ChecksumSpecs.Builder copy(ChecksumSpecs given) {
    if (COPY.isThere()) {
      return (ChecksumSpecs.Builder) Objects.requireNonNull(COPY.call(given));
    }
    return ChecksumSpecs.builder()
        .isRequestStreaming(given.isRequestStreaming())
        .isRequestChecksumRequired(given.isRequestChecksumRequired())
        .isValidationEnabled(given.isValidationEnabled())
        .responseValidationAlgorithms(given.responseValidationAlgorithms());
  }

  /** A digest as a checksum. */
  private static final class Digest implements Checksum {
    private final MessageDigest digest;

    Digest(String name) {
      try {
        this.digest = MessageDigest.getInstance(name);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this JDK does not compute " + name, e);
      }
    }

    @Override
    public void update(int one) {
      digest.update((byte) one);
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public long getValue() {
      throw new UnsupportedOperationException("longer than 64 bits");
    }

    @Override
    public void reset() {
      digest.reset();
    }
  }
}
