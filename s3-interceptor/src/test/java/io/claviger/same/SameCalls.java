package io.claviger.same;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * One script of calls through a plain client and through one with the interceptor, in two buckets
 * of one store: odd bodies, keys, headers and ranges. What callers see is the same, but for what
 * the table of docs/s3.md names.
 *
 * <p>Connections: where the clients have a pool of one, a call that keeps its connection stops the
 * script.
 */
public final class SameCalls implements AutoCloseable {
  /** Which client. */
  public enum Kind {
    SYNC,
    ASYNC,
    MULTIPART,
    TRANSFERS
  }

  /** S3Mock gives the whole with status 200 where part 1 is asked for. */
  private static final Set<String> OF_THE_MOCK = Set.of("status", "header content-range");

  private final Caller plain;
  private final Caller sealing;
  private final String plainBucket;
  private final String sealedBucket;
  private final MeantDifferences meant;
  private final boolean inParts;
  private final List<String> unmeant = new ArrayList<>();

  private SameCalls(
      Caller plain,
      Caller sealing,
      String plainBucket,
      String sealedBucket,
      MeantDifferences meant,
      boolean inParts) {
    this.plain = plain;
    this.sealing = sealing;
    this.plainBucket = plainBucket;
    this.sealedBucket = sealedBucket;
    this.meant = meant;
    this.inParts = inParts;
  }

  /** Over synchronous clients, which are closed with this. */
  public static SameCalls sync(
      S3Client plain,
      S3Client sealing,
      String plainBucket,
      String sealedBucket,
      MeantDifferences meant) {
    return new SameCalls(
        Caller.sync(plain), Caller.sync(sealing), plainBucket, sealedBucket, meant, false);
  }

  /** Over asynchronous clients of any kind, which are closed with this. */
  public static SameCalls async(
      Kind kind,
      S3AsyncClient plain,
      S3AsyncClient sealing,
      String plainBucket,
      String sealedBucket,
      MeantDifferences meant) {
    boolean inParts = kind == Kind.MULTIPART || kind == Kind.TRANSFERS;
    return kind == Kind.TRANSFERS
        ? new SameCalls(
            Caller.transfers(plain),
            Caller.transfers(sealing),
            plainBucket,
            sealedBucket,
            meant,
            inParts)
        : new SameCalls(
            Caller.async(plain), Caller.async(sealing), plainBucket, sealedBucket, meant, inParts);
  }

  private void compare(String what, Outcome expected, Outcome actual) {
    TreeSet<String> names = new TreeSet<>(expected.fields().keySet());
    names.addAll(actual.fields().keySet());
    for (String name : names) {
      String wanted = expected.fields().get(name);
      String found = actual.fields().get(name);
      boolean mocks = what.startsWith("get") && inParts && OF_THE_MOCK.contains(name);
      if (!Objects.equals(wanted, found) && !mocks && !meant.allow(name)) {
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

  private void get(String key, Consumer<GetObjectRequest.Builder> more) {
    GetObjectRequest.Builder request = GetObjectRequest.builder().key(key);
    more.accept(request);
    compare(
        "get " + key + " " + request.build().range(),
        plain.get(request.bucket(plainBucket).build()),
        sealing.get(request.bucket(sealedBucket).build()));
  }

  private void head(String key, Consumer<HeadObjectRequest.Builder> more) {
    HeadObjectRequest.Builder request = HeadObjectRequest.builder().key(key);
    more.accept(request);
    compare(
        "head " + key,
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
        if (!inParts || !body.name().endsWith(" 0")) {
          get("body", b -> {});
        }
        head("body", b -> {});
      }
    }
  }

  private static OddBody small(Path folder) {
    return OddBody.all(folder).stream()
        .filter(b -> b.name().equals("buffer"))
        .findFirst()
        .orElseThrow();
  }

  /** Puts, gets and describes under every key. */
  public void keys(Path folder) {
    OddBody body = small(folder);
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
  public void headers(Path folder) {
    OddBody body = small(folder);
    OddHeaders.ALL.forEach(
        (name, more) -> {
          if (put("headers", body, more)) {
            get("headers", b -> {});
            head("headers", b -> {});
          }
        });
    get("headers", b -> b.ifMatch("\"no\""));
    get("headers", b -> b.ifNoneMatch("*"));
    get("headers", b -> b.responseContentType("text/other").responseCacheControl("none"));
    head("headers", b -> b.ifMatch("\"no\""));
    head("headers", b -> b.ifNoneMatch("*"));
  }

  /** Reads every range of one object. HEAD is left out: S3Mock does not look at its range. */
  public void ranges() {
    byte[] bytes = Session.content(7, 100_000);
    OddBody body =
        new OddBody(
            "ranges", () -> RequestBody.fromBytes(bytes), () -> AsyncRequestBody.fromBytes(bytes));
    put("ranges", body, b -> {});
    for (String range : OddNames.RANGES) {
      get("ranges", b -> b.range(range));
    }
  }

  @Override
  public void close() {
    plain.close();
    sealing.close();
  }
}
