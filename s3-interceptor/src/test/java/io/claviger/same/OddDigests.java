package io.claviger.same;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Checksums that callers state of a body: the right one, a wrong one, and what is none. */
final class OddDigests {
  private static final byte[] BYTES = Session.content(5, 70_000);

  /** The body that they are of. */
  static final OddBody BODY =
      new OddBody(
          "digested", () -> RequestBody.fromBytes(BYTES), () -> AsyncRequestBody.fromBytes(BYTES));

  static final Map<String, Consumer<PutObjectRequest.Builder>> ALL = new LinkedHashMap<>();

  private interface Field {
    void state(PutObjectRequest.Builder request, String text);
  }

  static {
    add("MD5", digest("MD5"), PutObjectRequest.Builder::contentMD5);
    add("SHA-1", digest("SHA-1"), PutObjectRequest.Builder::checksumSHA1);
    add("SHA-256", digest("SHA-256"), PutObjectRequest.Builder::checksumSHA256);
    add("CRC32", checksum(new CRC32()), PutObjectRequest.Builder::checksumCRC32);
    add("CRC32C", checksum(new CRC32C()), PutObjectRequest.Builder::checksumCRC32C);
  }

  private OddDigests() {}

  private static void add(String name, byte[] right, Field field) {
    String text = Base64.getEncoder().encodeToString(right);
    ALL.put("right " + name, b -> field.state(b, text));
    String wrong = Base64.getEncoder().encodeToString(new byte[right.length]);
    ALL.put("wrong " + name, b -> field.state(b, wrong));
    String tooShort = Base64.getEncoder().encodeToString(new byte[right.length - 1]);
    ALL.put("short " + name, b -> field.state(b, tooShort));
    ALL.put("no " + name, b -> field.state(b, "no digest"));
  }

  private static byte[] digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm).digest(BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no " + algorithm, e);
    }
  }

  private static byte[] checksum(Checksum checksum) {
    checksum.update(BYTES);
    long value = checksum.getValue();
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }
}
