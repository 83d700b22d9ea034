package io.claviger.s3.internal.call;

/** A call that concerns no covered object. */
public final class LeftAlone extends Exchange {
  /** Begins one. */
  public LeftAlone(Beginning begun) {
    super(begun);
  }

  @Override
  public boolean isLeftAlone() {
    return true;
  }
}
