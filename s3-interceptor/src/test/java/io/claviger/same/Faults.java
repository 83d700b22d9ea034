package io.claviger.same;

import java.util.Random;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Breaks the connection of some attempts: before the request leaves, or after it was carried out
 * and before its answer is read. Which ones depends on the seed alone.
 */
final class Faults implements ExecutionInterceptor {
  private enum Fault {
    NONE,
    BEFORE,
    AFTER
  }

  private final long seed;
  private Fault next = Fault.NONE;

  Faults(long seed) {
    this.seed = seed;
  }

  /** Decides what happens to the first attempt of the next step. */
  void beginStep(int number) {
    int draw = new Random(seed * 31 + number).nextInt(6);
    next = draw == 0 ? Fault.BEFORE : draw == 1 ? Fault.AFTER : Fault.NONE;
  }

  private void breakIf(Fault now) {
    if (next == now) {
      next = Fault.NONE;
      throw RetryableException.create("the connection broke " + now);
    }
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    breakIf(Fault.BEFORE);
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    breakIf(Fault.AFTER);
  }
}
