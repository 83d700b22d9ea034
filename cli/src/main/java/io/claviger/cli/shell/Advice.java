package io.claviger.cli.shell;

import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Advice of the library, which names Java calls and settings, as it reads on a command line. */
public final class Advice {
  /** What a message names, and what does the same here. */
  private static final Map<String, String> COMMANDS =
      Map.of(
          "plaintextObjects", "CLAVIGER_S3_PLAINTEXT_OBJECTS",
          "bucketAliases", "CLAVIGER_S3_BUCKET_ALIASES",
          "exportReadableTo", "claviger key export --readable",
          "rebuild", "claviger key folder rebuild",
          "LocalKeyFolder.giveUp", "claviger key folder give-up");

  /** A setting with the value that it should have: with "=" no file name is meant. */
  private static final Pattern SETTING = Pattern.compile("\\b([a-z]+(?:_[a-z]+)+)=");

  /** Stands where a setting came from a variable: then its advice is a variable too. */
  private static final String OF_VARIABLE = "environment variable CLAVIGER_";

  private Advice() {}

  /** Returns a message of the library for somebody who has a command line only. */
  public static String of(String message) {
    for (Map.Entry<String, String> command : COMMANDS.entrySet()) {
      if (message.matches("(?s).*\\b" + command.getKey() + "\\b.*")) {
        return "%s (here: %s)".formatted(message, command.getValue());
      }
    }
    return message.contains(OF_VARIABLE)
        ? SETTING.matcher(message).replaceAll(Advice::variable)
        : message;
  }

  private static String variable(MatchResult setting) {
    return Matcher.quoteReplacement("CLAVIGER_" + setting.group(1).toUpperCase(Locale.ROOT) + "=");
  }
}
