package io.claviger.cli.shell;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What is to be undone when a command ends before it is complete: by an exception, or by SIGINT or
 * SIGTERM, which end the JVM through {@link #onSignal}. Each is undone once, newest first.
 *
 * <p>Threads: safe. A signal first interrupts the command and waits for its own way out; what is
 * still registered afterwards is undone by the thread of the signal.
 */
public final class Cleanups {
  private static final long WAIT_SECONDS = 1; // what reads a pipe cannot be interrupted

  private static final Deque<Open> REGISTERED = new ArrayDeque<>();
  private static final CountDownLatch ENDED = new CountDownLatch(1);
  private static boolean ending;

  private Cleanups() {}

  /** Something that is not complete yet; closing it undoes it unless it was committed. */
  public static final class Open implements AutoCloseable {
    private final Runnable undo;

    private Open(Runnable undo) {
      this.undo = undo;
    }

    /** Carries out the last step; from then on nothing is undone. Not after a signal. */
    public void commit(Runnable lastStep) {
      synchronized (REGISTERED) {
        requireGoingOn();
        lastStep.run();
        REGISTERED.remove(this);
      }
    }

    @Override
    public void close() {
      boolean own;
      synchronized (REGISTERED) {
        own = REGISTERED.remove(this);
      }
      if (own) {
        undo.run();
      }
    }
  }

  /** Registers what undoes something that is about to begin. */
  public static Open register(Runnable undo) {
    Open open = new Open(undo);
    synchronized (REGISTERED) {
      requireGoingOn();
      REGISTERED.push(open);
    }
    return open;
  }

  /** Fails after a signal; called between the steps of what takes long. */
  public static void requireGoingOn() {
    synchronized (REGISTERED) {
      if (ending) {
        throw new CommandException(
            ExitCode.NOT_CONFIRMED, "ended by a signal; what was not complete was removed");
      }
    }
  }

  /** Makes signals end {@code command} cleanly; the status is then 130 or 143. */
  public static void onSignal(Thread command) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(command), "claviger-signal"));
  }

  /** To be called when the command has ended by itself. */
  public static void ended() {
    ENDED.countDown();
  }

  private static void end(Thread command) {
    if (ENDED.getCount() == 0) {
      return;
    }
    synchronized (REGISTERED) {
      ending = true;
    }
    command.interrupt();
    try {
      ENDED.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    while (true) {
      Open next;
      synchronized (REGISTERED) {
        next = REGISTERED.peek();
      }
      if (next == null) {
        return;
      }
      next.close();
    }
  }

  /** Whether a signal is ending this process: then nothing more is reported. */
  public static boolean isEnding() {
    synchronized (REGISTERED) {
      return ending;
    }
  }
}
