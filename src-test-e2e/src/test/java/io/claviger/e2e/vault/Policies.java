package io.claviger.e2e.vault;

import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The policies of docs/vault.md, word for word but for the mounts. */
final class Policies {
  private static final Pattern BLOCK =
      Pattern.compile("```hcl\\n# policy ([a-z0-9-]+)\\n(.*?)```", Pattern.DOTALL);

  private Policies() {}

  /** Returns the text of a documented policy. */
  static String text(String name) {
    String page;
    try {
      page = Files.readString(Path.of("..", "docs", "vault.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      if (block.group(1).equals(name)) {
        return block.group(2);
      }
    }
    throw new IllegalArgumentException("docs/vault.md has no policy " + name);
  }

  /** Returns a token under a documented policy at these mounts. */
  static String token(Mounts mounts, String name) {
    return tokenOf(mounts, name, text(name));
  }

  /** Returns a token under {@code text}, whose mounts are put in. */
  static String tokenOf(Mounts mounts, String name, String text) {
    String own =
        text.replace("\"secret/", "\"" + mounts.kv() + "/")
            .replace("\"transit/", "\"" + mounts.transit() + "/");
    String unique = name + "-" + UUID.randomUUID();
    return mounts.server().admin().tokenWith(unique, own, "1h");
  }
}
