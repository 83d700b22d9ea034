package io.claviger.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import reactor.blockhound.BlockHound;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/**
 * Runs tests while BlockHound watches the event loops. Arguments: whether it watches, how many
 * tests there are at least, names of their classes.
 */
final class WatchedRun {
  static final String GOOD = "NO BLOCKING";
  static final String BLOCKED_BY = "blocked by ";

  private static final List<Throwable> BLOCKED = new ArrayList<>();
  private static final Set<String> SIGNALS =
      Set.of("onSubscribe", "onNext", "onComplete", "onError", "cancel");

  private WatchedRun() {}

  public static void main(String[] arguments) throws Exception {
    if (Boolean.parseBoolean(arguments[0])) {
      watch();
      requireWatched();
    }
    LauncherDiscoveryRequest tests =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Stream.of(arguments).skip(2).map(DiscoverySelectors::selectClass).toList())
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(tests, listener);
    TestExecutionSummary summary = listener.getSummary();
    summary.getFailures().forEach(f -> f.getException().printStackTrace());
    List<Throwable> ours = ours();
    ours.forEach(Throwable::printStackTrace);
    boolean good =
        ours.isEmpty()
            && summary.getTotalFailureCount() == 0
            && summary.getTestsFoundCount() >= Integer.parseInt(arguments[1]);
    System.out.printf("%s, tests: %d%n", good ? GOOD : "FAILED", summary.getTestsSucceededCount());
    System.exit(good ? 0 : 1);
  }

  private static void watch() {
    BlockHound.builder()
        .nonBlockingThreadPredicate(
            known -> known.or(thread -> thread.getName().contains("NettyEventLoop")))
        .blockingMethodCallback(
            method -> {
              synchronized (BLOCKED) {
                BLOCKED.add(new IllegalStateException(BLOCKED_BY + method));
              }
            })
        .install();
  }

  /** What is found must be found: a wait on an event loop. */
  private static void requireWatched() throws Exception {
    SdkEventLoopGroup group = SdkEventLoopGroup.builder().numberOfThreads(1).build();
    group
        .eventLoopGroup()
        .submit(
            () -> {
              Thread.currentThread().setName("NettyEventLoop of the self-check");
              Thread.yield();
            })
        .get();
    synchronized (BLOCKED) {
      if (BLOCKED.isEmpty()) {
        throw new IllegalStateException("BlockHound sees nothing");
      }
      BLOCKED.clear();
    }
  }

  private static List<Throwable> ours() {
    synchronized (BLOCKED) {
      return BLOCKED.stream().filter(WatchedRun::isOurs).toList();
    }
  }

  /**
   * What the SDK does with a signal that ours pass on is the SDK's: locks, a look into jars, a file
   * closed.
   */
  private static boolean isOurs(Throwable blocked) {
    for (StackTraceElement frame : blocked.getStackTrace()) {
      boolean theirSubscriber =
          frame.getClassName().startsWith("software.amazon.awssdk.")
              && SIGNALS.contains(frame.getMethodName());
      if (theirSubscriber) {
        return false;
      }
      boolean ours = frame.getClassName().startsWith("io.claviger.");
      if (ours && !frame.getClassName().startsWith(WatchedRun.class.getName())) {
        return true;
      }
    }
    return false;
  }
}
