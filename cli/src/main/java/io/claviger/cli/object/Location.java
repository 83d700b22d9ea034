package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import java.util.regex.Pattern;

/**
 * A place in a store, {@code s3://bucket/key}.
 *
 * @param bucket its bucket
 * @param key key or prefix, empty for the bucket itself
 */
public record Location(String bucket, String key) {
  private static final String SCHEME = "s3://";

  /** Also what is nearly one: such a text is then refused, with the right form. */
  private static final Pattern LIKE_ONE = Pattern.compile("(?i)s3[an]?:/*");

  /** Whether {@code text} means a place in a store, not a file. */
  public static boolean isOne(String text) {
    return LIKE_ONE.matcher(text).lookingAt();
  }

  /** Returns the bucket or prefix that {@code text} names. */
  public static Location of(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    int cut = rest.indexOf('/');
    Location found =
        cut < 0
            ? new Location(rest, "")
            : new Location(rest.substring(0, cut), rest.substring(cut + 1));
    if (found.bucket.isEmpty()) {
      String meant = LIKE_ONE.matcher(text).replaceFirst("").replaceFirst("^[./]+", "");
      throw new CommandException(
          ExitCode.USAGE,
          "\"%s\" is no place in a store; write %s%s"
              .formatted(text, SCHEME, meant.isEmpty() ? "BUCKET/KEY" : meant));
    }
    return found;
  }

  /** Returns the object that {@code text} names. */
  public static Location ofObject(String text) {
    Location found = of(text);
    if (found.key.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "\"%s\" names a bucket and no object; write s3://BUCKET/KEY".formatted(text));
    }
    return found;
  }

  /**
   * Returns the object that {@code text} names; what ends with / gets the last name of {@code
   * source}, a file or an object.
   */
  static Location ofTarget(String text, String source) {
    Location named = of(text);
    if (!named.key.isEmpty() && !named.key.endsWith("/")) {
      return named;
    }
    if (source.equals(LocalFiles.STANDARD)) {
      throw new CommandException(
          ExitCode.USAGE,
          "a pipe has no name that %s could get; write %sNAME".formatted(named, named));
    }
    return ofObject(named + lastName(source));
  }

  /** Returns what is behind the last slash, one at the end aside. */
  static String lastName(String path) {
    String whole = path.replaceFirst("/+$", "");
    return whole.substring(whole.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
