package io.claviger.bulk.source;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requires that a listing goes on: a store that gives the same page for ever would be read for
 * ever, and one that goes back would be counted twice.
 */
final class PageOrder {
  /** In a row; a store may answer a few for objects that were deleted. */
  private static final int MOST_EMPTY_PAGES = 1_000;

  private final String where;
  private @Nullable String last;
  private int emptyPages;

  /** Tokens since the last key that was above the one before. */
  private final Set<String> tokens = new HashSet<>();

  PageOrder(String where, @Nullable String last) {
    this.where = where;
    this.last = last;
  }

  /**
   * Takes the next key.
   *
   * @param mayRepeat whether the same key may come again, as in a list of versions
   * @throws ClavigerS3Exception PROTOCOL if it is not above the one before
   */
  void key(String key, boolean mayRepeat) {
    int order = last == null ? 1 : Keys.compare(key, last);
    if (order < 0 || order == 0 && !mayRepeat) {
      throw protocol("the key %s behind the key %s, which is not above it".formatted(key, last));
    }
    last = key;
    emptyPages = 0;
    if (order > 0) {
      tokens.clear();
    }
  }

  /** Returns a token for the next page, which must be there, and not have been there before. */
  String token(@Nullable String token) {
    if (token == null) {
      throw protocol("a page that is not the last one, without a token for the next");
    }
    if (!tokens.add(token)) {
      throw protocol("a token for the next page that it had given before");
    }
    return token;
  }

  /** Takes a page without keys that is not the last one. */
  void emptyPage() {
    if (++emptyPages > MOST_EMPTY_PAGES) {
      throw protocol("more than " + MOST_EMPTY_PAGES + " empty pages in a row");
    }
  }

  private ClavigerS3Exception protocol(String found) {
    return ClavigerS3Exception.of(
        Failure.PROTOCOL,
        where,
        "the store answered to a listing with %s. What came before counts; check the store or the proxy before it, and resume"
            .formatted(found));
  }
}
