package io.claviger.benchmarks;

import io.claviger.jca.ClavigerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Rows of the synchronous clients: whole objects, the first byte, ranges. */
final class SyncRows implements AutoCloseable {
  static final int KIB_64 = 64 << 10;
  static final int MIB = 1 << 20;
  static final int LARGE = 256 * MIB;

  /** Begins in the middle of a segment, as most ranges do, and needs two. */
  private static final String RANGE = "bytes=134250496-134316031";

  /** A segment. */
  private static final String SEGMENT = "bytes=134217728-134283263";

  private static final int FAR_PARTS = 4;

  /** Of the second part. */
  private static final String FAR_RANGE = "bytes=9500000-9565535";

  private final Rounds rounds;
  private final String scheme;
  private final List<Subject> subjects = new ArrayList<>();

  /** A client with connections of its own. */
  private record Subject(Kind kind, Wire wire, S3Client client, ClavigerProvider provider) {
    String key(int size) {
      return kind.label() + "/" + size;
    }

    double put(byte[] body) {
      long begun = System.nanoTime();
      client.putObject(
          b -> b.bucket(MinioBenchmark.BUCKET).key(key(body.length)), RequestBody.fromBytes(body));
      return millisSince(begun);
    }

    double get(String key, @Nullable String range) {
      return get(client, key, range);
    }

    /** A new client on the connections there are. */
    double coldRange(String key) {
      try (S3Client cold = kind.sync(wire, provider)) {
        return get(cold, key, RANGE);
      }
    }

    /** A new client that described another object, and listed this one. */
    double listedRange(String key) {
      try (S3Client cold = kind.sync(wire, provider)) {
        cold.headObject(b -> b.bucket(MinioBenchmark.BUCKET).key(key + "-other"));
        cold.listObjectsV2(b -> b.bucket(MinioBenchmark.BUCKET).prefix(key));
        return get(cold, key, FAR_RANGE);
      }
    }

    /** A new client that described another object, and knows nothing of this one. */
    double unknownRange(String key) {
      try (S3Client cold = kind.sync(wire, provider)) {
        cold.headObject(b -> b.bucket(MinioBenchmark.BUCKET).key(key + "-other"));
        return get(cold, key, FAR_RANGE);
      }
    }

    void putInParts(String key) {
      String id =
          client.createMultipartUpload(b -> b.bucket(MinioBenchmark.BUCKET).key(key)).uploadId();
      List<CompletedPart> done = new ArrayList<>();
      for (int number = 1; number <= FAR_PARTS; number++) {
        int part = number;
        byte[] body = new byte[number < FAR_PARTS ? 8 * MIB : 3 * MIB];
        String eTag =
            client
                .uploadPart(
                    b -> b.bucket(MinioBenchmark.BUCKET).key(key).uploadId(id).partNumber(part),
                    RequestBody.fromBytes(body))
                .eTag();
        done.add(CompletedPart.builder().partNumber(part).eTag(eTag).build());
      }
      client.completeMultipartUpload(
          b ->
              b.bucket(MinioBenchmark.BUCKET)
                  .key(key)
                  .uploadId(id)
                  .multipartUpload(m -> m.parts(done)));
    }

    double firstByte(String key) {
      long begun = System.nanoTime();
      try (InputStream in = open(client, key, null)) {
        in.read();
        double taken = millisSince(begun);
        in.transferTo(OutputStream.nullOutputStream());
        return taken;
      } catch (IOException e) {
        throw new IllegalStateException(kind + " failed: " + e.getMessage(), e);
      }
    }

    private double get(S3Client from, String key, @Nullable String range) {
      long begun = System.nanoTime();
      try (InputStream in = open(from, key, range)) {
        in.transferTo(OutputStream.nullOutputStream());
        return millisSince(begun);
      } catch (IOException e) {
        throw new IllegalStateException(kind + " failed: " + e.getMessage(), e);
      }
    }

    private static InputStream open(S3Client from, String key, @Nullable String range) {
      return from.getObject(b -> b.bucket(MinioBenchmark.BUCKET).key(key).range(range));
    }
  }

  SyncRows(Rounds rounds, URI endpoint, ClavigerProvider provider) {
    this.rounds = rounds;
    this.scheme = endpoint.getScheme();
    for (Kind kind : Kind.values()) {
      Wire wire = Wire.to(endpoint);
      subjects.add(new Subject(kind, wire, kind.sync(wire, provider), provider));
    }
  }

  /** Whole objects of every size, first byte, ranges; {@link #LARGE} bytes stay in the store. */
  void all() {
    for (int size : new int[] {KIB_64, MIB, 32 * MIB, LARGE}) {
      whole(size, size == KIB_64 ? Target.speed(0.85) : Target.cipher(size), scheme);
    }
    row("GET, first byte, warm", LARGE, Target.times(1.5), s -> s.firstByte(s.key(LARGE)));
    row("GET, warm range", KIB_64, Target.times(1.2), s -> s.get(s.key(LARGE), RANGE));
    row("GET, warm range, a segment", KIB_64, Target.times(1.2), s -> s.get(s.key(LARGE), SEGMENT));
    row("GET, cold range", KIB_64, Target.NONE, s -> s.coldRange(s.key(LARGE)));
  }

  /** PUT and GET of one size, warm. */
  void whole(int size, Target target, String prefix) {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    rounds.warm(prefix + " PUT, warm", size, target, calls(subjects, s -> s.put(body)));
    rounds.warm(
        prefix + " GET, warm", size, target, calls(subjects, s -> s.get(s.key(size), null)));
  }

  /** Ranges of objects that a transfer manager sent in parts, which the last one has none of. */
  void rangesOfParts() {
    List<Subject> inParts = subjects.subList(0, 2);
    String what = scheme + " GET, %s range of parts";
    rounds.warm(
        what.formatted("warm"),
        KIB_64,
        Target.times(1.2),
        calls(inParts, s -> s.get(TransferRows.key(s.kind), RANGE)));
    rounds.warm(
        what.formatted("cold"),
        KIB_64,
        Target.NONE,
        calls(inParts, s -> s.coldRange(TransferRows.key(s.kind))));
  }

  /** First ranges of objects in parts, by clients that listed the object, and by others. */
  void firstRangesOfParts() {
    List<Subject> inParts = subjects.subList(0, 2);
    for (Subject subject : inParts) {
      subject.putInParts(subject.kind.label() + "/far");
      subject.putInParts(subject.kind.label() + "/far-other");
    }
    rounds.warm(
        scheme + " 20 ms GET, range, listed",
        KIB_64,
        Target.times(1.4),
        calls(inParts, s -> s.listedRange(s.kind.label() + "/far")));
    rounds.warm(
        scheme + " 20 ms GET, range, unknown",
        KIB_64,
        Target.times(2.3),
        calls(inParts, s -> s.unknownRange(s.kind.label() + "/far")));
  }

  private void row(String what, int bytes, Target target, ToDoubleFunction<Subject> call) {
    rounds.warm(scheme + " " + what, bytes, target, calls(subjects, call));
  }

  private static List<DoubleSupplier> calls(
      List<Subject> subjects, ToDoubleFunction<Subject> call) {
    return subjects.stream().<DoubleSupplier>map(s -> () -> call.applyAsDouble(s)).toList();
  }

  static double millisSince(long begun) {
    return (System.nanoTime() - begun) / 1e6;
  }

  @Override
  public void close() {
    for (Subject subject : subjects) {
      subject.client().close();
      subject.wire().close();
    }
  }
}
