package io.claviger.s3.internal.body;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what blocks: a bounded number, started when there is work that no idle thread takes,
 * ended when there is none, and none that keeps a process alive. What finds no thread waits in a
 * queue, so tasks of one pool never wait for one another.
 */
public final class WorkerThreads {
  private static final long IDLE_SECONDS = 10;

  private WorkerThreads() {}

  /**
   * Returns a new pool, which is never shut down.
   *
   * @param name of its threads
   * @param most how many there are at once
   */
  public static ExecutorService pool(String name, int most) {
    Waiting waiting = new Waiting();
    return new ThreadPoolExecutor(
        0,
        most,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        waiting,
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        },
        (work, full) -> waiting.keep(work));
  }

  /*
   * A pool starts threads up to its core size though others are idle, and beyond it only when its
   * queue refuses work. So the core is 0 and the queue refuses what no idle thread waits for; what
   * the pool refuses then, having as many threads as it may, is kept until one of them is free.
   */
  private static final class Waiting extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable work) {
      return tryTransfer(work);
    }

    void keep(Runnable work) {
      super.offer(work);
    }
  }
}
