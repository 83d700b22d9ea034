package io.claviger.s3.api;

/** Who sees the encryption parameters of callers (SSE-S3, SSE-KMS, SSE-C). */
public enum SseParameters {
  /** They are honoured here and never sent on. */
  CLIENT_SIDE,
  /** They are sent on and mean the store's own encryption; here the configured key seals. */
  PASS_THROUGH,
  /** They are honoured here and sent on too, for bucket policies that demand them. */
  BOTH;

  /** Whether they are honoured here. */
  public boolean honoured() {
    return this != PASS_THROUGH;
  }

  /** Whether the store gets them. */
  public boolean sentOn() {
    return this != CLIENT_SIDE;
  }
}
