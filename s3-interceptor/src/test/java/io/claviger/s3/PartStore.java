package io.claviger.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.claviger.s3.internal.stored.RangePlan;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.wire.ETags;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A store that only reads, as S3 does it: ranges, part numbers, conditions, attributes. Its owner
 * counts what is asked and sent, changes objects between requests, and may lie in any answer.
 */
final class PartStore implements AutoCloseable {
  /**
   * An object.
   *
   * @param parts stored sizes of the parts it was uploaded in, none if it was stored at once
   */
  record Stored(byte[] bytes, Map<String, String> metadata, List<Integer> parts, String eTag) {
    static Stored whole(byte[] bytes, Map<String, String> metadata, String eTag) {
      return new Stored(bytes, metadata, List.of(), '"' + eTag + '"');
    }

    static Stored ofParts(List<byte[]> parts, Map<String, String> metadata, String eTag) {
      return new Stored(
          new SealedParts(metadata, parts).body(),
          metadata,
          parts.stream().map(p -> p.length).toList(),
          '"' + eTag + "-" + parts.size() + '"');
    }

    /** The same bytes after a copy: stored at once, under another ETag. */
    Stored copied() {
      return new Stored(bytes, metadata, List.of(), "\"copy\"");
    }

    Stored withBytes(byte[] other) {
      return new Stored(other, metadata, parts, eTag);
    }
  }

  /** A request as it came. */
  record Seen(String method, String path, String query, Map<String, String> headers) {}

  /** An answer before it is sent. */
  record Answer(int status, Map<String, String> headers, byte[] body) {
    Answer with(String name, String value) {
      Map<String, String> changed = new TreeMap<>(headers);
      changed.put(name, value);
      return new Answer(status, changed, body);
    }

    Answer withBody(byte[] other) {
      return new Answer(status, headers, other);
    }
  }

  final Map<String, Stored> objects = new ConcurrentHashMap<>();
  final List<Seen> requests = Collections.synchronizedList(new ArrayList<>());
  final AtomicLong bytesSent = new AtomicLong();

  /** Called with each request before it is answered. */
  volatile Consumer<Seen> before = seen -> {};

  /** What is sent in the place of the true answer. */
  volatile UnaryOperator<Answer> lie = answer -> answer;

  /** Whether every range is answered with the whole object. */
  volatile boolean ignoresRanges;

  /** Whether conditions count for nothing. */
  volatile boolean ignoresConditions;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  PartStore() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void put(String bucketAndKey, Stored stored) {
    objects.put("/" + bucketAndKey, stored);
  }

  /** Forgets what was counted. */
  void reset() {
    requests.clear();
    bytesSent.set(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name, String.join(",", values)));
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    String path = exchange.getRequestURI().getPath();
    Seen seen = new Seen(exchange.getRequestMethod(), path, query, headers);
    requests.add(seen);
    before.accept(seen);
    send(exchange, lie.apply(answer(seen)));
    exchange.close();
  }

  private Answer answer(Seen seen) {
    Stored stored = objects.get(seen.path());
    if (stored == null) {
      return error(404, "NoSuchKey");
    }
    String match = seen.headers().get("If-Match");
    if (match != null
        && !ignoresConditions
        && !ETags.bare(match).equals(ETags.bare(stored.eTag()))) {
      return error(412, "PreconditionFailed");
    }
    if (seen.query().contains("attributes")) {
      return attributes(stored, seen);
    }
    Map<String, String> headers = new TreeMap<>();
    headers.put("ETag", stored.eTag());
    headers.put("Accept-Ranges", "bytes");
    stored.metadata().forEach((n, v) -> headers.put("x-amz-meta-" + n, v));
    Answer whole = new Answer(200, headers, stored.bytes());
    for (String parameter : seen.query().split("&")) {
      if (parameter.startsWith("partNumber=")) {
        return part(whole, stored, Integer.parseInt(parameter.substring(11)));
      }
    }
    String range = seen.headers().get("Range");
    RangePlan plan = range == null || ignoresRanges ? null : RangePlan.parse(range);
    return plan == null || plan.isEndOfNothing(stored.bytes().length)
        ? whole
        : slice(whole, plan.within(stored.bytes().length));
  }

  private static Answer slice(Answer whole, Slice slice) {
    int total = whole.body().length;
    if (slice == null) {
      return error(416, "InvalidRange").with("Content-Range", "bytes */" + total);
    }
    byte[] body = Arrays.copyOfRange(whole.body(), (int) slice.first(), (int) slice.last() + 1);
    Answer part = whole.with("Content-Range", slice.contentRange(total));
    return new Answer(206, part.headers(), body);
  }

  private static Answer part(Answer whole, Stored stored, int number) {
    List<Integer> parts =
        stored.parts().isEmpty() ? List.of(stored.bytes().length) : stored.parts();
    if (number > parts.size()) {
      return error(416, "InvalidPartNumber");
    }
    Answer counted =
        stored.parts().isEmpty()
            ? whole
            : whole.with("x-amz-mp-parts-count", Integer.toString(parts.size()));
    int first = parts.stream().limit(number - 1L).mapToInt(i -> i).sum();
    int size = parts.get(number - 1);
    return size == 0 ? counted : slice(counted, new Slice(first, first + size - 1L));
  }

  private static Answer attributes(Stored stored, Seen seen) {
    String asked = seen.headers().getOrDefault("x-amz-object-attributes", "");
    StringBuilder xml = new StringBuilder("<GetObjectAttributesResponse>");
    if (asked.contains("ETag")) {
      xml.append("<ETag>").append(ETags.bare(stored.eTag())).append("</ETag>");
    }
    if (asked.contains("ObjectSize")) {
      xml.append("<ObjectSize>").append(stored.bytes().length).append("</ObjectSize>");
    }
    if (asked.contains("StorageClass")) {
      xml.append("<StorageClass>STANDARD</StorageClass>");
    }
    if (asked.contains("Checksum")) {
      xml.append("<Checksum><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Checksum>");
    }
    if (asked.contains("ObjectParts") && !stored.parts().isEmpty()) {
      int count = stored.parts().size();
      int most = Integer.parseInt(seen.headers().getOrDefault("x-amz-max-parts", "1000"));
      int marker = Integer.parseInt(seen.headers().getOrDefault("x-amz-part-number-marker", "0"));
      int last = Math.max(marker, Math.min(count, marker + most));
      xml.append(
          "<ObjectParts><PartsCount>%d</PartsCount><PartNumberMarker>%d</PartNumberMarker>"
              .formatted(count, marker));
      xml.append(
          "<NextPartNumberMarker>%d</NextPartNumberMarker><MaxParts>%d</MaxParts><IsTruncated>%s</IsTruncated>"
              .formatted(last, most, last < count));
      for (int i = marker; i < last; i++) {
        xml.append(
            "<Part><PartNumber>%d</PartNumber><Size>%d</Size></Part>"
                .formatted(i + 1, stored.parts().get(i)));
      }
      xml.append("</ObjectParts>");
    }
    byte[] body =
        xml.append("</GetObjectAttributesResponse>").toString().getBytes(StandardCharsets.UTF_8);
    return new Answer(200, new TreeMap<>(), body);
  }

  private static Answer error(int status, String code) {
    byte[] body =
        ("<Error><Code>" + code + "</Code><Message>no</Message></Error>")
            .getBytes(StandardCharsets.UTF_8);
    return new Answer(status, new TreeMap<>(), body);
  }

  /** A Content-Length among the headers is sent as it stands, whatever the body has. */
  private void send(HttpExchange exchange, Answer answer) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    String reported = answer.headers().get("Content-Length");
    long length = reported == null ? answer.body().length : Long.parseLong(reported);
    answer.headers().forEach((n, v) -> exchange.getResponseHeaders().set(n, v));
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
    OutputStream out = exchange.getResponseBody();
    int bytes = (int) Math.min(length, answer.body().length);
    for (int at = 0; at < bytes; at += 8192) {
      int step = Math.min(8192, bytes - at);
      out.write(answer.body(), at, step);
      bytesSent.addAndGet(step);
    }
    out.flush();
    if (bytes < length) {
      throw new IOException("the test ends the connection here");
    }
  }

  long count(String method) {
    synchronized (requests) {
      return requests.stream()
          .filter(r -> r.method().equals(method.toUpperCase(Locale.ROOT)))
          .count();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
