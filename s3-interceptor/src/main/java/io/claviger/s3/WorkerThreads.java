package io.claviger.s3;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what blocks: a bounded number, started when there is work, ended when there is none,
 * and none that keeps a process alive. What finds no thread waits in a queue, so tasks of one pool
 * never wait for one another.
 */
final class WorkerThreads {
  private static final long IDLE_SECONDS = 10;

  private WorkerThreads() {}

  /**
   * Returns a new pool.
   *
   * @param name of its threads
   * @param most how many there are at once
   */
  static ExecutorService pool(String name, int most) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
