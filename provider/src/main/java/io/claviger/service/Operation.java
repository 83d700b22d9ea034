package io.claviger.service;

/** The table of operations: which of them change keys. */
enum Operation {
  CREATE_KEY("createKey", Kind.CHANGE),
  IMPORT_RAW_KEY("importRawKey", Kind.CHANGE),
  DELETE_KEY("deleteKey", Kind.CHANGE),
  CANCEL_KEY_DELETION("cancelKeyDeletion", Kind.CHANGE),
  ENABLE_KEY("enableKey", Kind.CHANGE),
  DISABLE_KEY("disableKey", Kind.CHANGE),
  ROTATE_KEY("rotateKey", Kind.CHANGE),
  UPDATE_DESCRIPTION("updateDescription", Kind.CHANGE),
  TAG_KEY("tagKey", Kind.CHANGE),
  UNTAG_KEY("untagKey", Kind.CHANGE),
  DESTROY_IF_DUE("destroyIfDue", Kind.CHANGE),
  DESCRIBE_KEY("describeKey", Kind.USE),
  LIST_KEYS("listKeys", Kind.USE),
  ENCRYPT("encrypt", Kind.USE),
  DECRYPT("decrypt", Kind.USE),
  GENERATE_DATA_KEY("generateDataKey", Kind.USE),
  RE_ENCRYPT("reEncrypt", Kind.USE),
  REWRAP("rewrap", Kind.USE),
  MAC("mac", Kind.USE),
  LEND_MATERIAL("lendMaterial", Kind.USE),
  HEALTH_CHECK("healthCheck", Kind.USE);

  /** A change is sent once, since its first outcome may be unknown, and audited. */
  private enum Kind {
    CHANGE,
    USE
  }

  private final String label;
  private final Kind kind;

  Operation(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  /** Whether it changes keys: then it is sent once, audited, and caches forget the key. */
  boolean isChange() {
    return kind == Kind.CHANGE;
  }

  @Override
  public String toString() {
    return label;
  }
}
