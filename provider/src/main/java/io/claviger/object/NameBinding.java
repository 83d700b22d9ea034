package io.claviger.object;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which names are bound to an object's data key, strongest first (format 2.2). */
public enum NameBinding {
  /** Bucket and key: an object found under another name does not open. */
  OBJECT("object"),
  /** The bucket: an object opens under any key of its bucket. */
  BUCKET("bucket"),
  /** Nothing: an object opens anywhere. */
  NONE("none");

  /** Context entry that binds the bucket. */
  public static final String BUCKET_ENTRY = "claviger:bucket";

  /** Context entry that binds the key. */
  public static final String KEY_ENTRY = "claviger:key";

  private final String wireName;

  NameBinding(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the word used in the envelope. */
  public String wireName() {
    return wireName;
  }

  /** Whether this binds at least what {@code required} binds. */
  public boolean satisfies(NameBinding required) {
    return ordinal() <= required.ordinal();
  }

  /** Returns the reserved context entries that bind an object's names (format 2.2). */
  public Map<String, String> entries(String bucket, String key) {
    Map<String, String> entries = new LinkedHashMap<>();
    if (this != NONE) {
      entries.put(BUCKET_ENTRY, bucket);
    }
    if (this == OBJECT) {
      entries.put(KEY_ENTRY, key);
    }
    return entries;
  }
}
