package io.claviger.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The keys below a prefix, page by page, in S3's order: that of their UTF-8 bytes. A store whose
 * list does not go on would be asked for ever, so it is an error.
 */
final class KeyListing {
  /** In a row; a store may answer a few for objects that were deleted. */
  private static final int MOST_EMPTY_PAGES = 1_000;

  private final S3Client client;
  private final ListObjectsV2Request first;

  /** Tokens since the last key. */
  private final Set<String> tokens = new HashSet<>();

  private @Nullable String last;

  KeyListing(S3Client client, ListObjectsV2Request first) {
    this.client = client;
    this.first = first;
  }

  /**
   * Hands on each key before the next page is asked for.
   *
   * @throws ClavigerS3Exception PROTOCOL if the list does not go on
   */
  void forEach(Consumer<String> keys) {
    ListObjectsV2Response page = client.listObjectsV2(first);
    while (true) {
      for (S3Object object : page.contents()) {
        keys.accept(next(object.key()));
      }
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return;
      }
      String token = token(page.nextContinuationToken());
      page = client.listObjectsV2(first.toBuilder().continuationToken(token).build());
    }
  }

  private String next(String key) {
    String before = last;
    if (before != null
        && Arrays.compareUnsigned(key.getBytes(UTF_8), before.getBytes(UTF_8)) <= 0) {
      throw protocol("the key %s behind the key %s, which is not above it".formatted(key, before));
    }
    last = key;
    tokens.clear();
    return key;
  }

  private String token(@Nullable String token) {
    if (token == null || !tokens.add(token) || tokens.size() > MOST_EMPTY_PAGES) {
      throw protocol(
          token == null
              ? "a page that is not the last one, without a token for the next"
              : tokens.size() > MOST_EMPTY_PAGES
                  ? "more than " + MOST_EMPTY_PAGES + " empty pages in a row"
                  : "a token for the next page that it had given before");
    }
    return token;
  }

  private ClavigerS3Exception protocol(String found) {
    return ClavigerS3Exception.of(
        Failure.PROTOCOL,
        "s3://%s/%s*".formatted(first.bucket(), first.prefix()),
        "ListObjectsV2: the store answered with %s. What came before was done; check the store or the proxy before it, and go on after the key that was reported last"
            .formatted(found));
  }
}
