package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;

/**
 * A place in a store, {@code s3://bucket/key}.
 *
 * @param bucket its bucket
 * @param key key or prefix, empty for the bucket itself
 */
public record Location(String bucket, String key) {
  private static final String SCHEME = "s3://";

  /** Whether {@code text} means a place in a store, not a file. */
  public static boolean isOne(String text) {
    return text.startsWith(SCHEME);
  }

  /** Returns the bucket or prefix that {@code text} names. */
  public static Location of(String text) {
    String rest = isOne(text) ? text.substring(SCHEME.length()) : "";
    int cut = rest.indexOf('/');
    Location found =
        cut < 0
            ? new Location(rest, "")
            : new Location(rest.substring(0, cut), rest.substring(cut + 1));
    if (found.bucket.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, "\"%s\" is no place in a store; write s3://BUCKET/KEY".formatted(text));
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

  /** Returns the object that {@code text} names, as a folder that gets {@code source}'s name. */
  static Location ofTarget(String text, String source) {
    Location named = of(text);
    boolean folder = named.key.isEmpty() || named.key.endsWith("/");
    String name = folder ? source.substring(source.lastIndexOf('/') + 1) : "";
    return ofObject(named + name);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
