package io.claviger.s3.internal.read;

/**
 * HeadObject: its answer gets the plaintext length that the {@link ObjectKind} proves ({@link
 * SealedKind}); it has no body, and the SDK would read what it was given.
 */
public final class HeadExchange extends ReadExchange {
  public HeadExchange(Beginning begun, Shared shared) {
    super(begun, shared);
  }

  @Override
  public boolean givesBody() {
    return false;
  }
}
