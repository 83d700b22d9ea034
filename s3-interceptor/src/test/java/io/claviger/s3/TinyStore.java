package io.claviger.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.claviger.s3.internal.stored.RangePlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store of its owner's making: keeps objects in memory, counts requests, fails on request, and
 * lets tests change its objects.
 */
final class TinyStore implements AutoCloseable {
  /** Headers that are stored beside {@code x-amz-meta-*}. */
  private static final Set<String> KEPT =
      Set.of(
          "content-type",
          "content-encoding",
          "content-disposition",
          "content-language",
          "cache-control",
          "expires");

  /** An object: bytes and the headers stored with it, lower-case names. */
  record Stored(byte[] bytes, Map<String, String> metadata) {
    Stored withBytes(byte[] other) {
      return new Stored(other, metadata);
    }

    Stored with(String name, String value) {
      Map<String, String> changed = new TreeMap<>(metadata);
      changed.put(name, value);
      return new Stored(bytes, changed);
    }

    Stored without(String name) {
      Map<String, String> changed = new TreeMap<>(metadata);
      changed.remove(name);
      return new Stored(bytes, changed);
    }
  }

  /** A request as it came. */
  record Seen(String method, String path, String query, Map<String, String> headers) {}

  final Map<String, Stored> objects = new ConcurrentHashMap<>();
  final List<Seen> requests = Collections.synchronizedList(new ArrayList<>());

  /** The multipart uploads. */
  final TinyUploads uploads = new TinyUploads(objects);

  /** So many of the next PUTs are answered with 503, unread. */
  final AtomicInteger unavailable = new AtomicInteger();

  /** So many of the next PUTs are cut off in the middle. */
  final AtomicInteger cutPuts = new AtomicInteger();

  /** So many of the next GETs are cut off after this many bytes. */
  final AtomicInteger cutGets = new AtomicInteger();

  /** All that came in bodies of PUTs, also of those that failed. */
  final List<byte[]> received = Collections.synchronizedList(new ArrayList<>());

  /** Requests whose path contains this are answered with 403; null for none. */
  volatile String forbidden;

  /** Whether If-Match of a copy is ignored, as MinIO does. */
  volatile boolean ignoresIfMatchOfCopies;

  /** Whether answers to GET have their MD5 behind them where the request asks for it, as in S3. */
  volatile boolean appendsMd5;

  /** Whether answers to HEAD are without Content-Length. */
  volatile boolean hidesLengths;

  /** Whether every header that is stored is answered twice, with two values. */
  volatile boolean doublesHeaders;

  private static final int CUT_BYTES = 1_000;

  private static final int PIECE_BYTES = 64 << 10;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TinyStore() {
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

  long count(String method) {
    synchronized (requests) {
      return requests.stream().filter(r -> r.method().equals(method)).count();
    }
  }

  Stored object(String bucketAndKey) {
    return objects.get("/" + bucketAndKey);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name, String.join(",", values)));
      String path = exchange.getRequestURI().getPath();
      String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
      requests.add(new Seen(exchange.getRequestMethod(), path, query, headers));
      if (forbidden != null && path.contains(forbidden)) {
        answer(exchange, 403, error("AccessDenied"));
      } else if (query.contains("tagging")) {
        answer(exchange, 501, error("NotImplemented"));
      } else if (query.contains("upload")) {
        upload(exchange, path, TinyUploads.query(query), headers);
      } else if (exchange.getRequestMethod().equals("PUT")) {
        put(exchange, path, headers);
      } else if (exchange.getRequestMethod().equals("DELETE")) {
        objects.remove(path);
        answer(exchange, 204, new byte[0]);
      } else {
        get(exchange, path, headers);
      }
    } finally {
      exchange.close();
    }
  }

  private void upload(
      HttpExchange exchange, String path, Map<String, String> query, Map<String, String> headers)
      throws IOException {
    String method = exchange.getRequestMethod();
    if (method.equals("PUT") && failed(exchange)) {
      return;
    }
    byte[] body = body(exchange.getRequestBody(), headers);
    String source = headers.get("x-amz-copy-source");
    if (source != null) {
      body = range(source, headers.get("x-amz-copy-source-range"));
    }
    TinyUploads.Answer answer = uploads.handle(method, path, query, metadata(headers), body);
    exchange.getResponseHeaders().add("ETag", answer.eTag());
    answer(exchange, answer.status(), answer.bytes());
  }

  private byte[] range(String source, String range) {
    byte[] all = objects.get("/" + URLDecoder.decode(source, StandardCharsets.UTF_8)).bytes();
    String[] ends = range.substring("bytes=".length()).split("-");
    return Arrays.copyOfRange(all, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
  }

  /** Fails as many PUTs as the test asked for. */
  private boolean failed(HttpExchange exchange) throws IOException {
    if (unavailable.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      received.add(exchange.getRequestBody().readAllBytes());
      answer(exchange, 503, error("SlowDown"));
      return true;
    }
    if (cutPuts.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      received.add(exchange.getRequestBody().readNBytes(CUT_BYTES));
      exchange.close();
      return true;
    }
    return false;
  }

  private void put(HttpExchange exchange, String path, Map<String, String> headers)
      throws IOException {
    if (failed(exchange)) {
      return;
    }
    String source = headers.get("x-amz-copy-source");
    byte[] bytes = body(exchange.getRequestBody(), headers);
    received.add(bytes);
    if (source != null) {
      Stored copied = objects.get("/" + URLDecoder.decode(source, StandardCharsets.UTF_8));
      if (copied == null) {
        answer(exchange, 404, error("NoSuchKey"));
        return;
      }
      Stored there = objects.get(path);
      String match = headers.get("If-Match");
      boolean met = match == null || there != null && match.equals(eTag(there));
      if (!ignoresIfMatchOfCopies && !met) {
        answer(exchange, 412, error("PreconditionFailed"));
        return;
      }
      bytes = copied.bytes();
    }
    objects.put(path, new Stored(bytes, metadata(headers)));
    exchange.getResponseHeaders().add("ETag", eTag(objects.get(path)));
    answer(exchange, 200, source == null ? new byte[0] : COPIED);
  }

  private static Map<String, String> metadata(Map<String, String> headers) {
    Map<String, String> metadata = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith("x-amz-meta-") || KEPT.contains(lower)) {
            metadata.put(lower, value);
          }
        });
    return metadata;
  }

  /** Takes the SDK's aws-chunked framing off. */
  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    byte[] raw = in.readAllBytes();
    if (!headers.containsKey("x-amz-decoded-content-length")) {
      return raw;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < raw.length; ) {
      int lineEnd = at;
      while (raw[lineEnd] != '\r') {
        lineEnd++;
      }
      String line = new String(raw, at, lineEnd - at, StandardCharsets.US_ASCII);
      int length = Integer.parseInt(line.split(";")[0], 16);
      if (length == 0) {
        break;
      }
      out.write(raw, lineEnd + 2, length);
      at = lineEnd + 2 + length + 2;
    }
    if (out.size() != Integer.parseInt(headers.get("x-amz-decoded-content-length"))) {
      throw new IOException("decoded " + out.size() + " bytes of " + headers);
    }
    return out.toByteArray();
  }

  private void get(HttpExchange exchange, String path, Map<String, String> headers)
      throws IOException {
    Stored stored = objects.get(path);
    if (stored == null) {
      answer(exchange, 404, error("NoSuchKey"));
      return;
    }
    exchange.getResponseHeaders().add("ETag", eTag(stored));
    stored.metadata().forEach((n, v) -> exchange.getResponseHeaders().add(n, v));
    if (doublesHeaders) {
      stored.metadata().forEach((n, v) -> exchange.getResponseHeaders().add(n, "other"));
    }
    byte[] all = stored.bytes();
    String range = headers.get("Range");
    boolean appends = appendsMd5 && "append-md5".equals(headers.get("x-amz-te"));
    if (range == null) {
      send(exchange, 200, appends ? appended(exchange, all) : all);
      return;
    }
    RangePlan plan = RangePlan.parse(range);
    RangePlan.Slice slice = plan == null ? null : plan.within(all.length);
    if (slice == null) {
      answer(exchange, 416, error("InvalidRange"));
      return;
    }
    exchange
        .getResponseHeaders()
        .add(appends ? "x-amz-content-range" : "Content-Range", slice.contentRange(all.length));
    byte[] part = new byte[(int) slice.bytes()];
    System.arraycopy(all, (int) slice.first(), part, 0, part.length);
    send(exchange, 206, appends ? appended(exchange, part) : part);
  }

  private static byte[] appended(HttpExchange exchange, byte[] bytes) {
    exchange.getResponseHeaders().add("x-amz-transfer-encoding", "append-md5");
    byte[] all = Arrays.copyOf(bytes, bytes.length + 16);
    System.arraycopy(md5(bytes), 0, all, bytes.length, 16);
    return all;
  }

  /** Of the sealing, where there is one: an owner who changes the bytes keeps the ETag. */
  private static String eTag(Stored stored) {
    String dataKey = stored.metadata().get("x-amz-meta-claviger-dek");
    byte[] named = dataKey == null ? stored.bytes() : dataKey.getBytes(StandardCharsets.UTF_8);
    return '"' + HexFormat.of().formatHex(md5(named)) + '"';
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      if (!hidesLengths) {
        exchange.getResponseHeaders().add("Content-Length", Integer.toString(bytes.length));
      }
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    boolean cut = cutGets.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      int length = cut ? bytes.length / 2 : bytes.length;
      for (int at = 0; at < length; at += PIECE_BYTES) { // the server copies what is written
        out.write(bytes, at, Math.min(PIECE_BYTES, length - at));
      }
      out.flush();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private static final byte[] COPIED =
      "<CopyObjectResult><ETag>\"0\"</ETag></CopyObjectResult>".getBytes(StandardCharsets.UTF_8);

  private static byte[] error(String code) {
    return ("<Error><Code>" + code + "</Code><Message>the test asked for it</Message></Error>")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
