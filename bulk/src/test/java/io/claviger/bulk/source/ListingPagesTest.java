package io.claviger.bulk.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** The store's list of keys must go on and end; what came before counts. */
class ListingPagesTest {
  private static final int OK = 200;

  private final AtomicInteger pages = new AtomicInteger();
  private final List<String> found = new ArrayList<>();
  private HttpServer server;
  private S3Client s3;
  private IntFunction<String> answers = n -> "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = answers.apply(pages.getAndIncrement()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(OK, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    s3 = Stores.plain(URI.create("http://localhost:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    s3.close();
    server.stop(0);
  }

  private static String page(String token, String... keys) {
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    for (String key : keys) {
      xml.append("<Contents><Key>" + key + "</Key><ETag>\"e\"</ETag><Size>7</Size></Contents>");
    }
    String next =
        token == null ? "" : "<NextContinuationToken>" + token + "</NextContinuationToken>";
    return xml
        + "<IsTruncated>"
        + (token != null)
        + "</IsTruncated>"
        + next
        + "</ListBucketResult>";
  }

  private void read(IntFunction<String> given) {
    answers = given;
    ListingSource source = ListingSource.ofBucket("b");
    try (UnitReader reader =
        source.open(Clients.withoutKeys(s3), Pace.FREE, UnitRange.WHOLE, null)) {
      for (Unit unit = reader.next(); unit != null; unit = reader.next()) {
        found.add(unit.key());
      }
    }
  }

  private void refusedAfter(int asked, String words, IntFunction<String> given) {
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, () -> read(given));
    assertThat(e).isNotNull();
    assertThat(e.failure()).isEqualTo(Failure.PROTOCOL);
    assertThat(e).hasMessageContaining(words);
    assertThat(pages).as("pages").hasValue(asked);
    assertThat(found).doesNotHaveDuplicates();
  }

  @Test
  void pagesOfKeysInTheOrderOfTheirBytesWithAnEmptyOneBetween() {
    List<String> given =
        List.of(
            page("t", "A", "a", "a!"),
            page("u"),
            page("t", "z"),
            page(null, "\uFF5E", "\uD83D\uDE00"));
    read(given::get);
    assertThat(found).containsExactly("A", "a", "a!", "z", "\uFF5E", "\uD83D\uDE00");
  }

  @Test
  void theSamePageAgain() {
    refusedAfter(2, "the key a behind the key b", n -> page("t", "a", "b"));
    assertThat(found).containsExactly("a", "b");
  }

  @Test
  void oldKeysUnderNewTokens() {
    refusedAfter(2, "the key b behind the key b", n -> page("t" + n, n == 0 ? "a" : "b", "b"));
  }

  @Test
  void aTokenAgainWithoutAKeyBetween() {
    refusedAfter(5, "given before", n -> n == 0 ? page("t0", "a") : page("t" + n % 3));
  }

  @Test
  void aPageThatGoesOnWithoutAToken() {
    refusedAfter(1, "without a token", n -> page("t", "a").replaceAll("<Next.*Token>", ""));
  }

  @Test
  void emptyPagesWithoutEnd() {
    refusedAfter(1_001, "more than 1000 empty pages", n -> page("t" + n));
  }
}
