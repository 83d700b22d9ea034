package io.claviger.cli.object;

import io.claviger.format.KeyWrap;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of a master key a wrapped key names, as format 2.4 and Vault write it. */
final class WrappedKey {
  private static final Pattern TRANSIT = Pattern.compile("vault:v(\\d{1,9}):.*", Pattern.DOTALL);

  /** A wrapped data key with the version of its master key (format 2.4); others do not say it. */
  private static final int VERSIONED_BYTES = 93;

  private WrappedKey() {}

  static void describe(byte[] blob, Statement said) {
    Matcher transit = TRANSIT.matcher(new String(blob, StandardCharsets.ISO_8859_1));
    if (transit.matches()) {
      said.with("keyVersion", transit.group(1));
      return;
    }
    if (blob.length == VERSIONED_BYTES) {
      KeyWrap.Version version = KeyWrap.versionOf(blob);
      said.with("keyVersion", Integer.toString(version.number()));
      said.with("keyVersionId", version.hexId());
    }
  }
}
