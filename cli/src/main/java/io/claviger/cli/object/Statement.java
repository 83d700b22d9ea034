package io.claviger.cli.object;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stored bytes say of themselves. Every member of {@code data} is there for every form, null
 * where it is not stated.
 *
 * @param form what it looks like
 * @param data for people and programs, in order
 */
public record Statement(Form form, Map<String, @Nullable Object> data) {
  /** What stored bytes look like. */
  public enum Form {
    /** An object as the interceptor seals it. */
    SEALED,
    /** A KMSEnvelope message. */
    MESSAGE,
    /** Neither envelope nor sealed bytes. */
    PLAINTEXT,
    /** An object of the Amazon S3 Encryption Client. */
    FOREIGN,
    /** Envelope and bytes do not fit together. */
    DAMAGED
  }

  private static final String UNPROVED =
      "everything: no key was used. What opens with \"claviger cat\" or \"decrypt\" is proved";

  /** Makes one without anything but its form. */
  static Statement of(Form form, @Nullable Long storedBytes, @Nullable String damage) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("form", form.name().toLowerCase(Locale.ROOT));
    for (String name :
        new String[] {
          "damage",
          "key",
          "keyVersion",
          "keyVersionId",
          "names",
          "sealedAs",
          "context",
          "sse",
          "parts",
          "storedBytes",
          "plainBytes",
          "metadataTags"
        }) {
      data.put(name, null);
    }
    data.put("damage", damage);
    data.put("storedBytes", storedBytes);
    data.put("unproved", UNPROVED);
    return new Statement(form, data);
  }

  Statement with(String name, @Nullable Object value) {
    if (!data.containsKey(name)) {
      throw new IllegalArgumentException(name);
    }
    data.put(name, value);
    return this;
  }
}
