package io.claviger.kms;

import io.claviger.format.CanonicalContext;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and values bound to a ciphertext: decryption needs exactly the same ones. Not secret:
 * values may be seen by the key management service and stored beside the ciphertext.
 *
 * <p>Immutable. The canonical form is that of format 2.3: equal contexts have equal canonical
 * bytes.
 */
public final class EncryptionContext {
  /** Names that begin so belong to Claviger and are refused from callers. */
  public static final String RESERVED_PREFIX = "claviger:";

  private static final EncryptionContext EMPTY = new EncryptionContext(Map.of());

  private final Map<String, String> entries;
  private final byte[] canonical;

  private EncryptionContext(Map<String, String> entries) {
    this.canonical = CanonicalContext.encode(entries);
    this.entries = Map.copyOf(entries);
  }

  /** Returns the context without entries. */
  public static EncryptionContext empty() {
    return EMPTY;
  }

  /**
   * Returns the context of a caller's entries.
   *
   * @throws BackendException of kind INVALID_REQUEST if a name begins with {@value
   *     #RESERVED_PREFIX} or a name or value holds a lone surrogate
   */
  public static EncryptionContext of(Map<String, String> entries) {
    for (String name : entries.keySet()) {
      if (name.startsWith(RESERVED_PREFIX)) {
        throw KmsException.of(
            ErrorKind.INVALID_REQUEST,
            "encryption context entry \"%s\": names that begin with \"%s\" are reserved; rename it"
                .formatted(name, RESERVED_PREFIX));
      }
    }
    return unchecked(entries);
  }

  /**
   * Returns this context with {@code reserved} entries added. For Claviger's own names ({@code
   * claviger:*}); an entry that is already there is refused.
   */
  public EncryptionContext withReserved(Map<String, String> reserved) {
    Map<String, String> all = new TreeMap<>(entries);
    reserved.forEach(
        (name, value) -> {
          if (!name.startsWith(RESERVED_PREFIX) || all.putIfAbsent(name, value) != null) {
            throw KmsException.of(
                ErrorKind.INTERNAL, "\"%s\" is no reserved name or is set twice".formatted(name));
          }
        });
    return unchecked(all);
  }

  private static EncryptionContext unchecked(Map<String, String> entries) {
    try {
      return entries.isEmpty() ? EMPTY : new EncryptionContext(entries);
    } catch (IllegalArgumentException e) {
      throw KmsException.of(ErrorKind.INVALID_REQUEST, "encryption context: " + e.getMessage(), e);
    }
  }

  /** Returns the entries, unmodifiable, in no particular order. */
  public Map<String, String> entries() {
    return entries;
  }

  /** Whether there are no entries. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Returns a copy of the canonical bytes (UTF-8 JSON, format 2.3); {@code {}} when empty. */
  public byte[] canonicalBytes() {
    return canonical.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncryptionContext that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /** Returns the names only: values may be private. */
  @Override
  public String toString() {
    return "EncryptionContext" + new TreeMap<>(entries).keySet();
  }
}
