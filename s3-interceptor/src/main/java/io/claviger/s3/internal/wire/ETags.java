package io.claviger.s3.internal.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** ETags as conditions name them and answers carry them. */
public final class ETags {
  private static final String ANY = "*";
  private static final String WEAK = "W/";

  private ETags() {}

  /** Returns an ETag without quotes and without the mark of a weak one; empty for none. */
  public static String bare(@Nullable String eTag) {
    String bare = eTag == null ? "" : eTag.trim();
    return (bare.startsWith(WEAK) ? bare.substring(WEAK.length()) : bare).replace("\"", "");
  }

  /**
   * Whether an answer with the ETag {@code found} is what {@code If-Match} asks for: the one that
   * it names, one of those that it lists, or any for {@code *}. An answer without an ETag is none
   * that was named.
   *
   * @param ifMatch the condition, null for none
   */
  public static boolean meet(@Nullable String ifMatch, @Nullable String found) {
    return ifMatch == null
        || ifMatch.trim().equals(ANY)
        || found != null
            && Arrays.stream(ifMatch.split(",", -1))
                .anyMatch(named -> bare(named).equals(bare(found)));
  }
}
