package io.claviger.service;

/** The table of operations: whether a failed one may be sent again. */
enum Operation {
  CREATE_KEY("createKey", Sending.ONCE),
  IMPORT_RAW_KEY("importRawKey", Sending.ONCE),
  DELETE_KEY("deleteKey", Sending.ONCE),
  CANCEL_KEY_DELETION("cancelKeyDeletion", Sending.ONCE),
  ENABLE_KEY("enableKey", Sending.ONCE),
  DISABLE_KEY("disableKey", Sending.ONCE),
  ROTATE_KEY("rotateKey", Sending.ONCE),
  UPDATE_DESCRIPTION("updateDescription", Sending.ONCE),
  TAG_KEY("tagKey", Sending.ONCE),
  UNTAG_KEY("untagKey", Sending.ONCE),
  DESCRIBE_KEY("describeKey", Sending.AGAIN),
  LIST_KEYS("listKeys", Sending.AGAIN),
  ENCRYPT("encrypt", Sending.AGAIN),
  DECRYPT("decrypt", Sending.AGAIN),
  GENERATE_DATA_KEY("generateDataKey", Sending.AGAIN),
  REWRAP("rewrap", Sending.AGAIN),
  LEND_MATERIAL("lendMaterial", Sending.AGAIN),
  HEALTH_CHECK("healthCheck", Sending.AGAIN);

  /** Whether a repetition could change something twice. */
  enum Sending {
    ONCE,
    AGAIN
  }

  private final String label;
  private final Sending sending;

  Operation(String label, Sending sending) {
    this.label = label;
    this.sending = sending;
  }

  boolean mayBeSentAgain() {
    return sending == Sending.AGAIN;
  }

  @Override
  public String toString() {
    return label;
  }
}
