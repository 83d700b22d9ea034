package io.claviger.same;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * One script of calls through a plain client and through one with the interceptor, in two buckets
 * of one store: odd bodies, keys, headers, ranges, checksums and uses of streams. What callers see
 * is the same, but for what the table of docs/s3.md names.
 *
 * <p>Connections: where the clients have a pool of one, a call that keeps its connection stops the
 * script; {@link Footprint} counts them.
 */
public final class SameCalls implements AutoCloseable {
  /** Which client. */
  public enum Kind {
    SYNC,
    ASYNC,
    MULTIPART,
    TRANSFERS,
    CRT,
    CRT_TRANSFERS;

    /** Whether its GET asks for parts by number. */
    boolean inParts() {
      return this == MULTIPART || this == TRANSFERS;
    }

    /** Returns the calls of {@code client}, which is closed with them. */
    Caller over(SdkClient client) {
      return switch (this) {
        case SYNC -> new Caller.Sync((S3Client) client);
        case ASYNC, MULTIPART, CRT -> new Caller.Async((S3AsyncClient) client);
        case TRANSFERS, CRT_TRANSFERS -> new Caller.Transfers((S3AsyncClient) client);
      };
    }
  }

  /** A store. */
  public enum Store {
    S3MOCK,
    LOCALSTACK,
    MINIO
  }

  /**
   * A client and the bucket in which its calls are made.
   *
   * @param client an {@link S3Client} or an {@link S3AsyncClient}, as the kind says
   * @param bucket its name
   */
  public record Side(SdkClient client, String bucket) {}

  private static final int RANGED_BYTES = 100_000;
  private static final Instant AGES_AGO = Instant.parse("2001-01-01T00:00:00Z");

  private final Kind kind;
  private final Store store;
  private final Caller plain;
  private final Caller sealing;
  private final String plainBucket;
  private final String sealedBucket;
  private final MeantDifferences meant;
  private final List<String> unmeant = new ArrayList<>();

  /** Over two clients, which are closed with this. */
  public SameCalls(Kind kind, Store store, Side plain, Side sealing, MeantDifferences meant) {
    this.kind = kind;
    this.store = store;
    this.plain = kind.over(plain.client());
    this.sealing = kind.over(sealing.client());
    this.plainBucket = plain.bucket();
    this.sealedBucket = sealing.bucket();
    this.meant = meant;
  }

  private void compare(String what, Outcome expected, Outcome actual) {
    TreeSet<String> names = new TreeSet<>(expected.fields().keySet());
    names.addAll(actual.fields().keySet());
    for (String name : names) {
      String wanted = expected.fields().get(name);
      String found = actual.fields().get(name);
      if (!Objects.equals(wanted, found)
          && !OwnWays.explain(store, kind, what, name)
          && !meant.allow(name)
          && !meant.allow(what)) {
        unmeant.add("%s: %s is %s, plain %s".formatted(what, name, found, wanted));
      }
    }
  }

  /** Fails if anything differed that is not meant to. */
  public void verify() {
    assertThat(unmeant).as("differences that docs/s3.md does not name").isEmpty();
  }

  private boolean put(String key, OddBody body, Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().key(key);
    more.accept(request);
    Outcome expected = plain.put(request.bucket(plainBucket).build(), body);
    Outcome actual = sealing.put(request.bucket(sealedBucket).build(), body);
    compare("put " + key + " of " + body.name(), expected, actual);
    return !expected.failed() && !actual.failed();
  }

  private static String text(String range) {
    return range == null ? "" : "\"" + range + "\"";
  }

  private void get(String key, Consumer<GetObjectRequest.Builder> more) {
    GetObjectRequest.Builder request = GetObjectRequest.builder().key(key);
    more.accept(request);
    compare(
        "get " + key + " " + text(request.build().range()),
        plain.get(request.bucket(plainBucket).build()),
        sealing.get(request.bucket(sealedBucket).build()));
  }

  private void head(String key, Consumer<HeadObjectRequest.Builder> more) {
    HeadObjectRequest.Builder request = HeadObjectRequest.builder().key(key);
    more.accept(request);
    compare(
        "head " + key + " " + text(request.build().range()),
        plain.head(request.bucket(plainBucket).build()),
        sealing.head(request.bucket(sealedBucket).build()));
  }

  /**
   * Puts, gets and describes bodies of every kind and size. A GET of an empty object by a
   * multipart-enabled client may never complete, a plain client's either (SDK 2.57.8).
   */
  public void bodies(Path folder) {
    for (OddBody body : OddBody.all(folder)) {
      if (put("body", body, b -> {})) {
        if (!kind.inParts() || !body.isEmpty()) {
          get("body", b -> {});
        }
        head("body", b -> {});
      }
    }
  }

  /** Puts, gets and describes under every key. */
  public void keys() {
    OddBody body = OddBody.small();
    for (String key : OddNames.KEYS) {
      if (put(key, body, b -> {})) {
        get(key, b -> {});
        head(key, b -> {});
      }
    }
    get("no such key", b -> {});
    head("no such key", b -> {});
  }

  /** Puts with every header, gets and describes, also under conditions. */
  public void headers() {
    OddBody body = OddBody.small();
    OddHeaders.ALL.forEach(
        (name, more) -> {
          String key = "headers " + name.replace(" again", "");
          if (put(key, body, more)) {
            get(key, b -> {});
            head(key, b -> {});
          }
        });
    String last = "headers all at once";
    get(last, b -> b.ifMatch("\"no\""));
    get(last, b -> b.ifNoneMatch("*"));
    get(last, b -> b.responseContentType("text/other").responseCacheControl("none"));
    head(last, b -> b.ifMatch("\"no\""));
    head(last, b -> b.ifNoneMatch("*"));
    get(last, b -> b.ifModifiedSince(AGES_AGO).checksumMode(ChecksumMode.ENABLED));
    get(last, b -> b.ifUnmodifiedSince(AGES_AGO));
    head(last, b -> b.ifUnmodifiedSince(AGES_AGO));
  }

  private static OddBody of(byte[] bytes) {
    return new OddBody(
        "bytes", () -> RequestBody.fromBytes(bytes), () -> AsyncRequestBody.fromBytes(bytes));
  }

  /** Reads every range of one object. HEAD is left out: S3Mock does not look at its range. */
  public void ranges() {
    put("ranges", of(Session.content(7, RANGED_BYTES)), b -> {});
    for (String range : OddNames.RANGES) {
      get("ranges", b -> b.range(range));
    }
  }

  /** Reads and describes every range, senseless ones too, of objects of several sizes. */
  public void oddRanges() {
    for (int bytes : new int[] {0, 1, RANGED_BYTES}) {
      String key = "ranges of " + bytes;
      put(key, of(Session.content(7, bytes)), b -> {});
      for (List<String> forms : List.of(OddNames.RANGES, OddNames.ODD_RANGES)) {
        for (String range : forms) {
          get(key, b -> b.range(range));
          head(key, b -> b.range(range));
        }
      }
    }
  }

  /** Puts with right and wrong checksums, and looks at what is stored then. */
  public void digests() {
    OddDigests.ALL.forEach(
        (name, more) -> {
          put(name, OddDigests.BODY, more);
          get(name, b -> {});
          head(name, b -> {});
        });
  }

  /**
   * Reads objects as streams in every way. What depends on {@code available()} is compared with a
   * stream in memory, and for synchronous clients alone: the others' stream is the SDK's own, of
   * what has arrived.
   */
  public void streams(int segmentBytes) {
    List<byte[]> contents = StreamUses.contents(segmentBytes);
    for (int i = 0; i < contents.size(); i++) {
      byte[] bytes = contents.get(i);
      String key = "stream " + i;
      put(key, of(bytes), b -> {});
      for (StreamUses use : StreamUses.values()) {
        if (kind.inParts() && bytes.length == 0) {
          continue; // see bodies
        }
        if (!use.asksWhatIsThere()) {
          compare(
              "stream " + key + " " + use, stream(plain, plainBucket, key, use), sealed(key, use));
        } else if (kind == Kind.SYNC) {
          compare("stream " + key + " " + use, ideal(bytes, use), sealed(key, use).only("stream"));
        }
      }
    }
  }

  /**
   * Compares threads and connections of new clients of this kind. More of either than a plain
   * client has is a difference, while it is used and after it was closed.
   *
   * @param endpoint the store's, by http
   * @param plain opens a client for an endpoint
   * @param sealing the same with the interceptor
   */
  public void footprint(
      URI endpoint,
      Function<URI, Footprint.Opened> plain,
      Function<URI, Footprint.Opened> sealing) {
    Map<String, Integer> usual = Footprint.of(kind, endpoint, plainBucket, plain, Map.of());
    Footprint.of(kind, endpoint, sealedBucket, sealing, usual)
        .forEach(
            (name, count) -> {
              int more = count - usual.getOrDefault(name, 0);
              if (more > 0 && !meant.allow("%s + %d".formatted(name, more))) {
                unmeant.add("%s + %d: %d".formatted(name, more, count));
              }
            });
  }

  private Outcome sealed(String key, StreamUses use) {
    return stream(sealing, sealedBucket, key, use);
  }

  private static Outcome stream(Caller caller, String bucket, String key, StreamUses use) {
    return caller.stream(GetObjectRequest.builder().bucket(bucket).key(key).build(), use);
  }

  private static Outcome ideal(byte[] bytes, StreamUses use) {
    try {
      return Outcome.none().with("stream", use.of(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    plain.close();
    sealing.close();
  }
}
