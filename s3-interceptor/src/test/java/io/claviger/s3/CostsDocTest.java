package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** The tables of {@code docs/costs.md} are what a count of requests and calls gives. */
class CostsDocTest {
  private static final Path DOC = Path.of("..", "docs", "costs.md");
  private static final int MIB = 1 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Set<String> CALLS =
      Set.of("generateDataKey", "encrypt", "decrypt", "rewrap", "lendMaterial");

  private final String bucket = MockStore.bucket();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final List<String> measured = new ArrayList<>();

  private final KmsBackend backend = counted(MemoryBackend.create());
  private final SdkHttpClient http = counted(Clients.apache());
  private final S3Client plain = Clients.builder(MockStore.endpoint(), http).build();

  CostsDocTest() {
    backend.createKey(CreateKeyRequest.named("key"));
  }

  /** A client and a key service of its own, so that nothing is remembered. */
  private S3Client sealing() {
    KmsServiceManager keys = KmsServiceManager.running(backend, "key");
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).httpClient(http).build();
    return Clients.builder(MockStore.endpoint(), http)
        .overrideConfiguration(c -> c.addExecutionInterceptor(interceptor))
        .build();
  }

  private KmsBackend counted(KmsBackend backend) {
    return (KmsBackend)
        Proxy.newProxyInstance(
            KmsBackend.class.getClassLoader(),
            new Class<?>[] {KmsBackend.class},
            (proxy, method, arguments) -> {
              if (CALLS.contains(method.getName())) {
                calls.incrementAndGet();
              }
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private SdkHttpClient counted(SdkHttpClient connections) {
    return new SdkHttpClient() {
      @Override
      public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        requests.incrementAndGet();
        SdkHttpRequest sent = request.httpRequest();
        if (sent.method() == SdkHttpMethod.PUT) {
          bytes.addAndGet(number(sent, "x-amz-decoded-content-length", "Content-Length"));
        }
        ExecutableHttpRequest prepared = connections.prepareRequest(request);
        return new ExecutableHttpRequest() {
          @Override
          public HttpExecuteResponse call() throws IOException {
            HttpExecuteResponse answer = prepared.call();
            if (sent.method() == SdkHttpMethod.GET && ofObject(answer.httpResponse())) {
              bytes.addAndGet(number(answer.httpResponse(), "Content-Length"));
            }
            return answer;
          }

          @Override
          public void abort() {
            prepared.abort();
          }
        };
      }

      @Override
      public void close() {
        connections.close();
      }
    };
  }

  /** Listings and errors are XML. */
  private static boolean ofObject(SdkHttpResponse answer) {
    return answer.isSuccessful()
        && !answer.firstMatchingHeader("Content-Type").orElse("").contains("xml");
  }

  private static long number(SdkHttpHeaders headers, String... names) {
    return Stream.of(names)
        .flatMap(name -> headers.firstMatchingHeader(name).stream())
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  /**
   * What an operation cost.
   *
   * @param bytes of objects, sent and received
   * @param memory bytes that the calling thread allocated
   */
  private record Cost(int requests, long bytes, long memory, int calls) {}

  private Cost cost(Runnable operation) {
    requests.set(0);
    calls.set(0);
    bytes.set(0);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    operation.run();
    long memory = THREADS.getCurrentThreadAllocatedBytes() - before;
    return new Cost(requests.get(), bytes.get(), memory, calls.get());
  }

  /** Does the same by both clients, each with objects of its own, twice by the sealing one. */
  private void row(String operation, String state, String key, BiConsumer<S3Client, String> does) {
    does.accept(plain, "plain/" + key); // classes are loaded
    does.accept(sealing(), "sealed/" + key);
    Cost ofPlain = cost(() -> does.accept(plain, "plain/" + key));
    S3Client s3 = sealing();
    once(operation, state.isEmpty() ? "" : "first" + state, ofPlain, s3, key, does);
    if (!state.isEmpty()) {
      once(operation, "again", ofPlain, s3, key, does);
    }
  }

  private void once(
      String operation,
      String state,
      Cost ofPlain,
      S3Client s3,
      String key,
      BiConsumer<S3Client, String> does) {
    Cost sealed = cost(() -> does.accept(s3, "sealed/" + key));
    String beginning = "| %s | %s |".formatted(operation, state.strip());
    String[] bounds = bounds(beginning);
    measured.add(
        "%s %d | %,d | %s | %d | %,d | %s | %d |"
            .formatted(
                beginning,
                ofPlain.requests(),
                ofPlain.bytes(),
                within(bounds[0], ofPlain.memory()),
                sealed.requests(),
                sealed.bytes(),
                within(bounds[1], sealed.memory()),
                sealed.calls()));
  }

  /** Returns what the table allows of memory, in KiB, for plain and sealed; none without a row. */
  private static String[] bounds(String beginning) {
    String[] cells =
        documented("| operation ").stream()
            .filter(row -> row.startsWith(beginning))
            .findFirst()
            .map(row -> row.split("\\|"))
            .orElse(new String[0]);
    return cells.length < 10
        ? new String[] {"0", "0"}
        : new String[] {cells[5].strip(), cells[8].strip()};
  }

  /** Returns the bound, or what was allocated instead: the next power of two of twice as much. */
  private static String within(String bound, long allocatedBytes) {
    long kib = allocatedBytes / 1024 + 1;
    return kib <= Long.parseLong(bound.replace(",", ""))
        ? bound
        : "%,d".formatted(Long.highestOneBit(2 * kib) * 2);
  }

  @Test
  void requestsBytesMemoryAndCallsAreThoseOfTheTable() {
    put(plain, "plain/small", 100_000);
    put(sealing(), "sealed/small", 100_000);
    put(plain, "plain/large", 6 * MIB);
    put(sealing(), "sealed/large", 6 * MIB);
    for (int last : new int[] {MIB, 6 * MIB}) {
      upload(plain, "plain/parts-" + last, last);
      upload(sealing(), "sealed/parts-" + last, last);
    }
    uploadOne(plain, "plain/one-9", 9 * MIB);
    uploadOne(sealing(), "sealed/one-9", 9 * MIB);
    uploadOne(plain, "plain/one-small", 100_000);
    uploadOne(sealing(), "sealed/one-small", 100_000);
    String parts = "parts-" + MIB;
    row("PutObject", "", "new", (s3, key) -> put(s3, key, 100_000));
    row("GetObject, one part", " ", "small", (s3, key) -> MockStore.get(s3, bucket, key));
    row("GetObject, range of one part", " ", "small", (s3, key) -> range(s3, key, 70_000));
    row("HeadObject, one part", " ", "small", this::head);
    row("GetObject, two parts", " ", parts, (s3, key) -> MockStore.get(s3, bucket, key));
    row("GetObject, range of two parts", " ", parts, (s3, key) -> range(s3, key, 8 * MIB));
    row("HeadObject, two parts", " ", parts, this::head);
    for (String one : new String[] {"one-small", "one-9"}) {
      String what = one.equals("one-small") ? "one part below 5 MiB" : "one part of 9 MiB";
      row("GetObject, uploaded as " + what, " ", one, (s3, key) -> MockStore.get(s3, bucket, key));
      row("GetObject, range, uploaded as " + what, " ", one, (s3, key) -> range(s3, key, 70_000));
      row("HeadObject, uploaded as " + what, " ", one, this::head);
    }
    row("CopyObject, one part", "", "small", this::copy);
    row("CopyObject, two parts", "", parts, this::copy);
    row(
        "multipart upload of two parts, the last below 5 MiB",
        "",
        "u",
        (s3, k) -> upload(s3, k, MIB));
    row(
        "multipart upload of two parts, the last 6 MiB",
        "",
        "v",
        (s3, k) -> upload(s3, k, 6 * MIB));
    row("ListObjectsV2, objects below 5 MiB", " ", "small", this::list);
    row("ListObjectsV2, an object of one part of 6 MiB", " ", "large", this::list);
    row("ListObjectsV2, an object uploaded as one part of 9 MiB", " ", "one-9", this::list);
    row("ListObjectsV2, an object of two parts", " ", parts, this::list);
    row(
        "ListObjectsV2, an object of two parts and a closing part",
        " ",
        "parts-" + 6 * MIB,
        this::list);
    row("DeleteObject", "", "new", (s3, key) -> s3.deleteObject(b -> b.bucket(bucket).key(key)));
    assertThat(documented("| operation ")).isEqualTo(measured);
  }

  @Test
  void storedBytesAreThoseOfTheTable() {
    List<String> sizes = new ArrayList<>();
    S3Client s3 = sealing();
    for (int size : new int[] {1, 1_000, 65_536, 65_537, MIB}) {
      put(s3, "size", size);
      long stored = plain.headObject(b -> b.bucket(bucket).key("size")).contentLength();
      assertThat(stored).isEqualTo(Layout.storedBytes(size));
      sizes.add("| %,d | %,d |".formatted(size, stored));
    }
    assertThat(documented("| plaintext,")).isEqualTo(sizes);
  }

  /** Returns the rows of the table that begins so. */
  private static List<String> documented(String head) {
    List<String> lines;
    try {
      lines = Files.readAllLines(DOC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int begin = 0;
    while (!lines.get(begin).startsWith(head)) {
      begin++;
    }
    int end = begin;
    while (end < lines.size() && lines.get(end).startsWith("|")) {
      end++;
    }
    return lines.subList(begin + 2, end);
  }

  private void put(S3Client s3, String key, int size) {
    s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(new byte[size]));
  }

  private void range(S3Client s3, String key, int last) {
    s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).range("bytes=" + (last - 9) + "-" + last));
  }

  private void head(S3Client s3, String key) {
    s3.headObject(b -> b.bucket(bucket).key(key));
  }

  private void copy(S3Client s3, String key) {
    s3.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey(key)
                .destinationBucket(bucket)
                .destinationKey(key + "-copy"));
    s3.deleteObject(b -> b.bucket(bucket).key(key + "-copy"));
    requests.decrementAndGet();
  }

  private void list(S3Client s3, String key) {
    s3.listObjectsV2(b -> b.bucket(bucket).prefix(key));
  }

  private void uploadOne(S3Client s3, String key, int bytes) {
    String id = s3.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
    String eTag =
        s3.uploadPart(
                b -> b.bucket(bucket).key(key).uploadId(id).partNumber(1),
                RequestBody.fromBytes(new byte[bytes]))
            .eTag();
    CompletedPart done = CompletedPart.builder().partNumber(1).eTag(eTag).build();
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(done)));
  }

  private void upload(S3Client s3, String key, int lastBytes) {
    String id = s3.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
    List<CompletedPart> done = new ArrayList<>();
    for (int number = 1; number <= 2; number++) {
      int part = number;
      String eTag =
          s3.uploadPart(
                  b -> b.bucket(bucket).key(key).uploadId(id).partNumber(part),
                  RequestBody.fromBytes(new byte[number == 1 ? 8 * MIB : lastBytes]))
              .eTag();
      done.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
    }
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(done)));
  }
}
