package io.claviger.s3.internal.read;

/** GetObject. */
public final class GetExchange extends ReadExchange {
  public GetExchange(Beginning begun, Shared shared) {
    super(begun, shared);
  }
}
