package io.claviger.bulk.audit;

import io.claviger.format.Envelope;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a stored object looks like. Nothing of it is proved.
 *
 * @param kind what it looks like
 * @param code one word for reports, the kind's or a more exact one
 * @param explanation what was found and what to do, a sentence; empty for a sealed object
 * @param envelope what its envelope says, null where it has none that can be read
 */
public record ObjectForm(Kind kind, String code, String explanation, @Nullable Envelope envelope) {
  /** What objects look like. */
  public enum Kind {
    /** Everything fits the form of an object that Claviger sealed. */
    SEALED("Sealed"),
    /** It was sealed once: envelope and bytes do not fit each other, or one of them is cut. */
    DAMAGED("Damaged"),
    /** Nothing says that it is encrypted. */
    PLAINTEXT("Plaintext"),
    /** Something else than Claviger encrypted it. */
    FOREIGN("Foreign"),
    /** An empty object whose key ends in a slash, by which tools show folders. */
    DIRECTORY_MARKER("DirectoryMarker");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** Returns the word in reports. */
    public String code() {
      return code;
    }
  }

  static final ObjectForm DIRECTORY_MARKER =
      of(Kind.DIRECTORY_MARKER, "an empty object that shows a folder; not sealed");

  static ObjectForm of(Kind kind, String explanation) {
    return new ObjectForm(kind, kind.code(), explanation, null);
  }

  static ObjectForm damaged(String code, String explanation, @Nullable Envelope envelope) {
    return new ObjectForm(Kind.DAMAGED, code, explanation, envelope);
  }

  static ObjectForm sealed(Envelope envelope) {
    return new ObjectForm(Kind.SEALED, Kind.SEALED.code(), "", envelope);
  }

  /**
   * Returns user metadata with names in lower case, values of names that differ in case only joined
   * by commas.
   */
  public static Map<String, String> lowerCase(Map<String, String> metadata) {
    Map<String, String> lower = new TreeMap<>();
    metadata.forEach(
        (name, value) ->
            lower.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + "," + other));
    return lower;
  }

  /**
   * Returns what counts it besides: the master key, and its version where the object says it, as
   * {@code orders v3}; {@code customer-provided key}; empty for what is not sealed.
   */
  public String group() {
    return envelope == null ? "" : group(envelope);
  }

  /** Returns the same of an envelope. */
  public static String group(Envelope envelope) {
    if (envelope.keyId() == null) {
      return "customer-provided key";
    }
    String version = envelope.masterKeyVersion();
    return version == null ? envelope.keyId() : envelope.keyId() + " v" + version;
  }
}
