package io.claviger.same;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a store, or the SDK's client over the CRT, answers in ways of its own that are not S3's: no
 * difference of the interceptor's. See docs/servers.md.
 */
final class OwnWays {
  /** Of a text such as {@code SYNC get ranges of 0 "bytes=-5": status}. */
  private static final Map<SameCalls.Store, List<Pattern>> OF_STORES =
      Map.of(
          SameCalls.Store.S3MOCK,
          List.of(
              // the whole with status 200 where part 1 is asked for
              Pattern.compile("^(MULTIPART|TRANSFERS) get .*: (status|header content-range)$")),
          SameCalls.Store.LOCALSTACK,
          List.of(
              // reads numbers as Python does, whatever the unit
              Pattern.compile(" ranges of .* \"(bytes=5-3|bytes=\\+1-5|bits=0-4)\""),
              // refuses a CRC32C behind the body
              Pattern.compile(" right CRC32C.*:")),
          SameCalls.Store.MINIO,
          List.of(
              // looks at case and blanks, and has no numbers above 63 bits
              Pattern.compile(" ranges of .* \"(bytes=5-3|bytes = 0-4|bytes= 0-4|bytes=0 - 4)\""),
              Pattern.compile(" ranges of .* \"(Bytes|BYTES|bytes=.*18446744073709551616)"),
              // the last bytes of nothing are nothing with status 206
              Pattern.compile(" ranges of 0 \"bytes=-[1-9].*: (status|header content-range)$"),
              // error codes of its own for checksums
              Pattern.compile(" put (wrong|short|no) (SHA|CRC).*: (code|failure)$")));

  /**
   * Native code refuses other ranges than these by itself, and asks for the size before the last
   * bytes, which an empty object has none of; with the interceptor S3's answer is given.
   */
  private static final Pattern OF_THE_CRT =
      Pattern.compile(
          "^CRT\\S* get ranges of (0 \"bytes=-|.*"
              + " \"(?!bytes=(\\d{1,15}-\\d{0,15}|-[1-9]\\d{0,15})\"))");

  private OwnWays() {}

  /** Whether {@code field} of that call may differ for a reason of theirs. */
  static boolean explain(SameCalls.Store store, SameCalls.Kind kind, String call, String field) {
    String text = "%s %s: %s".formatted(kind, call, field);
    return OF_THE_CRT.matcher(text).find()
        || OF_STORES.get(store).stream().anyMatch(way -> way.matcher(text).find());
  }
}
