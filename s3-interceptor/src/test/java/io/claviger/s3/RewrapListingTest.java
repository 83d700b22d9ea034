package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** A prefix is re-wrapped by the store's list of keys, which must go on and end. */
class RewrapListingTest {
  private final PartStore store = new PartStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());
  private final AtomicInteger pages = new AtomicInteger();
  private final List<String> done = new ArrayList<>();

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  /** A page of a list; the objects themselves are gone, so each one is skipped. */
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

  private Rewrap.Result prefix(IntFunction<String> answers) {
    AtomicInteger listing = new AtomicInteger();
    store.before = seen -> listing.set(seen.query().contains("list-type") ? 1 : 0);
    store.lie =
        answer ->
            listing.get() == 0
                ? answer
                : new PartStore.Answer(
                    200,
                    new TreeMap<>(),
                    answers.apply(pages.getAndIncrement()).getBytes(StandardCharsets.UTF_8));
    return Rewrap.with(s3).prefix("b", "", null, p -> done.add(p.lastKey()));
  }

  private void refusedAfter(int asked, String found, IntFunction<String> answers) {
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, () -> prefix(answers));
    assertThat(e).isNotNull();
    assertThat(e.failure()).isEqualTo(Failure.PROTOCOL);
    assertThat(e).hasMessageContaining(found);
    assertThat(pages).as("pages").hasValue(asked);
    assertThat(done).doesNotHaveDuplicates();
  }

  @Test
  void pagesOfKeysInTheOrderOfTheirBytesWithAnEmptyOneBetween() {
    List<String> answers =
        List.of(
            page("t", "A", "a", "a!"),
            page("u"),
            page("t", "z"),
            page(null, "\uFF5E", "\uD83D\uDE00"));
    assertThat(prefix(answers::get)).isEqualTo(new Rewrap.Result(0, 6, 0));
    assertThat(done).containsExactly("A", "a", "a!", "z", "\uFF5E", "\uD83D\uDE00");
  }

  @Test
  void theSamePageAgain() {
    refusedAfter(2, "the key a behind the key b", n -> page("t", "a", "b"));
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void oldKeysUnderNewTokens() {
    refusedAfter(2, "the key b behind the key b", n -> page("t" + n, n == 0 ? "a" : "b", "b"));
  }

  @Test
  void aTokenAgainWithoutAKeyBetween() {
    refusedAfter(4, "given before", n -> n == 0 ? page("t0", "a") : page("t" + n % 3));
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
