package io.claviger.examples;

import io.claviger.examples.S3DropIn.DropInFailure;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The steps of the example; each one prints what it found and fails on the first difference. */
final class DropInTour {
  private static final int BAR_WIDTH = 30;

  private final S3Client sealing;
  private final S3Client plain;
  private final String bucket;
  private final PrintWriter out;
  private final Map<String, Path> files = new LinkedHashMap<>();
  private long plainBytes;
  private int shown = -1;

  DropInTour(S3Client sealing, S3Client plain, String bucket, PrintWriter out) {
    this.sealing = sealing;
    this.plain = plain;
    this.bucket = bucket;
    this.out = out;
  }

  void sealAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> found =
          all.filter(Files::isRegularFile).filter(Files::isReadable).sorted().toList();
      for (Path file : found) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), file);
        plainBytes += Files.size(file);
      }
    }
    if (files.isEmpty()) {
      throw new DropInFailure(folder + " holds no readable file. Name a folder with files.");
    }
    long done = 0;
    for (Map.Entry<String, Path> file : files.entrySet()) {
      sealing.putObject(
          b -> b.bucket(bucket).key(file.getKey()), RequestBody.fromFile(file.getValue()));
      done += Files.size(file.getValue());
      progress("seal", done);
    }
    out.println();
  }

  void list() {
    Map<String, Long> stored = new TreeMap<>();
    plain
        .listObjectsV2Paginator(b -> b.bucket(bucket))
        .contents()
        .forEach(object -> stored.put(object.key(), object.size()));
    stored.keySet().retainAll(files.keySet());
    require(stored.size() == files.size(), "the listing shows %d objects".formatted(stored.size()));
    long storedBytes = stored.values().stream().mapToLong(Long::longValue).sum();
    out.printf(
        "list      %d objects, %,d bytes of plaintext, %,d stored (+%.3f %%)%n",
        stored.size(),
        plainBytes,
        storedBytes,
        100.0 * (storedBytes - plainBytes) / Math.max(1, plainBytes));
  }

  void readAllAndCompare(Path folder) throws IOException {
    long done = 0;
    for (Map.Entry<String, Path> file : files.entrySet()) {
      try (InputStream opened = sealing.getObject(b -> b.bucket(bucket).key(file.getKey()))) {
        try (InputStream original = Files.newInputStream(file.getValue())) {
          require(
              Arrays.equals(sha256(opened), sha256(original)),
              file.getKey() + " came back with another SHA-256");
        }
      }
      done += Files.size(file.getValue());
      progress("open", done);
    }
    out.printf("%n          SHA-256 of all %d files is the same%n", files.size());
  }

  void readRanges() throws IOException {
    Map.Entry<String, Path> largest = largest();
    byte[] whole = Files.readAllBytes(largest.getValue());
    int middle = whole.length / 2;
    int end = Math.min(whole.length, middle + 100_000);
    compareRange(largest.getKey(), "bytes=%d-%d".formatted(middle, end - 1), whole, middle, end);
    int tail = Math.min(10, whole.length);
    compareRange(largest.getKey(), "bytes=-" + tail, whole, whole.length - tail, whole.length);
  }

  private void compareRange(String key, String range, byte[] whole, int from, int to) {
    ResponseBytes<GetObjectResponse> answer =
        sealing.getObjectAsBytes(b -> b.bucket(bucket).key(key).range(range));
    require(
        Arrays.equals(answer.asByteArrayUnsafe(), Arrays.copyOfRange(whole, from, to)),
        range + " gave other bytes");
    out.printf("range     %s of %s: %s, right%n", range, key, answer.response().contentRange());
  }

  void showWhatTheServerHolds() throws IOException {
    Map.Entry<String, Path> largest = largest();
    String key = largest.getKey();
    byte[] held =
        plain.getObjectAsBytes(b -> b.bucket(bucket).key(key).range("bytes=0-31")).asByteArray();
    out.printf("server    holds of %s: %s..%n", key, printable(held));
    try (InputStream in = Files.newInputStream(largest.getValue())) {
      out.printf("file      begins with      : %s..%n", printable(in.readNBytes(32)));
    }
    S3Object listed = plain.listObjectsV2(b -> b.bucket(bucket).prefix(key)).contents().get(0);
    long seen = sealing.headObject(b -> b.bucket(bucket).key(key)).contentLength();
    require(seen == Files.size(largest.getValue()), "HeadObject says " + seen);
    out.printf("sizes     the server has %,d bytes, you see %,d%n", listed.size(), seen);
  }

  void flipOneBit() throws IOException {
    String key = largest().getKey();
    ResponseBytes<GetObjectResponse> stored =
        plain.getObjectAsBytes(b -> b.bucket(bucket).key(key));
    byte[] changed = stored.asByteArray();
    changed[changed.length / 2] ^= 1;
    plain.putObject(
        b -> b.bucket(bucket).key(key).metadata(stored.response().metadata()),
        RequestBody.fromBytes(changed));
    try (InputStream opened = sealing.getObject(b -> b.bucket(bucket).key(key))) {
      opened.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (ClavigerS3Exception refused) {
      out.printf(
          "tampered  one bit flipped in the store; refused:%n          %s%n", refused.getMessage());
      sealing.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromFile(largest().getValue()));
      return;
    }
    throw new DropInFailure("a flipped bit of " + key + " was not noticed");
  }

  private Map.Entry<String, Path> largest() throws IOException {
    Map.Entry<String, Path> best = null;
    for (Map.Entry<String, Path> file : files.entrySet()) {
      if (best == null || Files.size(file.getValue()) > Files.size(best.getValue())) {
        best = file;
      }
    }
    if (best == null) {
      throw new DropInFailure("there are no files");
    }
    return best;
  }

  private void progress(String step, long done) {
    int full = (int) (plainBytes == 0 ? BAR_WIDTH : BAR_WIDTH * done / plainBytes);
    if (full == shown && done < plainBytes) {
      return;
    }
    shown = done < plainBytes ? full : -1;
    String bar = "#".repeat(full) + ".".repeat(BAR_WIDTH - full);
    out.printf("\r%-9s [%s] %,d of %,d bytes", step, bar, done, plainBytes);
    out.flush();
  }

  private static void require(boolean held, String otherwise) {
    if (!held) {
      throw new DropInFailure(otherwise + ". This should never happen: please report it.");
    }
  }

  private static byte[] sha256(InputStream in) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return digest.digest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static String printable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(b >= 0x20 && b < 0x7f ? String.valueOf((char) b) : "\\x%02x".formatted(b));
    }
    return text.toString();
  }
}
