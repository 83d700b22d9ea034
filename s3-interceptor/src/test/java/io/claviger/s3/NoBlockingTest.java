package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tests of asynchronous clients, of the multipart-enabled one and of the transfer manager in a
 * JVM of their own in which BlockHound watches the event loops. BlockHound adds methods to loaded
 * classes, which JVMs after 20 do not let it do: there the same tests run unwatched.
 */
class NoBlockingTest {
  private static final boolean WATCHED = Runtime.version().feature() < 21;

  @Test
  void nothingOfOursBlocksAnEventLoop() {
    ChildJvm.Done done =
        run(
            50,
            AsyncPutAndGetTest.class,
            AsyncFailuresTest.class,
            AsyncPartsTest.class,
            FalseEndTest.class,
            ForeignAsyncTest.class);
    assertThat(done.exitCode()).as(done.output()).isZero();
    assertThat(done.output()).contains(WatchedRun.GOOD);
  }

  @Test
  void norWhenUploadsAndDownloadsAreSplit() {
    ChildJvm.Done done =
        run(15, TransferManagerTest.class, SplitTransfersTest.class, AsyncMultipartTest.class);
    assertThat(done.exitCode()).as(done.output()).isZero();
    assertThat(done.output()).contains(WatchedRun.GOOD);
  }

  /** The same run fails when an interceptor beside ours waits in an answer. */
  @Test
  void whoBlocksIsFound() {
    ChildJvm.Done done = run(1, BlockingTransfers.class);
    assertThat(done.exitCode()).as(done.output()).isEqualTo(WATCHED ? 1 : 0);
    assertThat(done.output().contains(WatchedRun.BLOCKED_BY)).isEqualTo(WATCHED);
    assertThat(done.output()).contains((WATCHED ? "FAILED" : WatchedRun.GOOD) + ", tests: 1");
  }

  private static ChildJvm.Done run(int fewest, Class<?>... tests) {
    List<String> options = new ArrayList<>(List.of("-Xmx1g", "-XX:+EnableDynamicAgentLoading"));
    if (WATCHED) {
      options.add("-XX:+AllowRedefinitionToAddDeleteMethods");
    }
    List<String> arguments =
        new ArrayList<>(List.of(Boolean.toString(WATCHED), Integer.toString(fewest)));
    Stream.of(tests).map(Class::getName).forEach(arguments::add);
    return ChildJvm.run(
        MockStore.sharedWith(options), WatchedRun.class, arguments.toArray(String[]::new));
  }
}
