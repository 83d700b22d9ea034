package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import reactor.blockhound.BlockHound;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/**
 * The tests of asynchronous clients in a JVM of their own in which BlockHound watches the event
 * loops. BlockHound adds methods to loaded classes, which JVMs after 20 do not let it do: there the
 * same tests run unwatched.
 */
class NoBlockingTest {
  private static final boolean WATCHED = Runtime.version().feature() < 21;

  @Test
  void nothingOfOursBlocksAnEventLoop() {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+EnableDynamicAgentLoading"));
    if (WATCHED) {
      options.add("-XX:+AllowRedefinitionToAddDeleteMethods");
    }
    ChildJvm.Done done = ChildJvm.run(options, Run.class, Boolean.toString(WATCHED));
    assertThat(done.exitCode()).as(done.output()).isZero();
    assertThat(done.output()).contains("NO BLOCKING");
  }

  /** The program of the child. */
  static final class Run {
    private static final List<Throwable> BLOCKED = new ArrayList<>();
    private static final Set<String> SIGNALS =
        Set.of("onSubscribe", "onNext", "onComplete", "onError");

    private Run() {}

    public static void main(String[] arguments) throws Exception {
      if (Boolean.parseBoolean(arguments[0])) {
        watch();
        requireWatched();
      }
      LauncherDiscoveryRequest tests =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(
                  DiscoverySelectors.selectClass(AsyncPutAndGetTest.class),
                  DiscoverySelectors.selectClass(AsyncFailuresTest.class),
                  DiscoverySelectors.selectClass(AsyncPartsTest.class),
                  DiscoverySelectors.selectClass(FalseEndTest.class),
                  DiscoverySelectors.selectClass(ForeignAsyncTest.class))
              .build();
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create().execute(tests, listener);
      TestExecutionSummary summary = listener.getSummary();
      summary.getFailures().forEach(f -> f.getException().printStackTrace());
      List<Throwable> ours = BLOCKED.stream().filter(Run::isOurs).toList();
      ours.forEach(Throwable::printStackTrace);
      boolean good =
          ours.isEmpty()
              && summary.getTotalFailureCount() == 0
              && summary.getTestsFoundCount() > 50;
      System.out.println(
          (good ? "NO BLOCKING, tests: " : "FAILED, tests: ") + summary.getTestsSucceededCount());
      System.exit(good ? 0 : 1);
    }

    private static void watch() {
      BlockHound.builder()
          .nonBlockingThreadPredicate(
              known -> known.or(thread -> thread.getName().contains("NettyEventLoop")))
          .blockingMethodCallback(
              method -> {
                synchronized (BLOCKED) {
                  BLOCKED.add(new IllegalStateException("blocked by " + method));
                }
              })
          .install();
    }

    /** What is found must be found: a sleep on an event loop. */
    private static void requireWatched() throws Exception {
      SdkEventLoopGroup group = SdkEventLoopGroup.builder().numberOfThreads(1).build();
      group
          .eventLoopGroup()
          .submit(
              () -> {
                Thread.currentThread().setName("NettyEventLoop of the self-check");
                TimeUnit.MILLISECONDS.sleep(1);
                return null;
              })
          .get();
      synchronized (BLOCKED) {
        if (BLOCKED.isEmpty()) {
          throw new IllegalStateException("BlockHound sees nothing");
        }
        BLOCKED.clear();
      }
    }

    /** What the SDK does with a signal that ours pass on is the SDK's: locks, a look into jars. */
    private static boolean isOurs(Throwable blocked) {
      for (StackTraceElement frame : blocked.getStackTrace()) {
        boolean theirSubscriber =
            frame.getClassName().startsWith("software.amazon.awssdk.")
                && SIGNALS.contains(frame.getMethodName());
        if (theirSubscriber) {
          return false;
        }
        boolean ours = frame.getClassName().startsWith("io.claviger.");
        if (ours && !frame.getClassName().startsWith(NoBlockingTest.class.getName())) {
          return true;
        }
      }
      return false;
    }
  }
}
