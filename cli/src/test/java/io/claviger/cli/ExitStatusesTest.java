package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every row of the table of exit statuses is reached; those of signals are InstalledTest's. */
class ExitStatusesTest {
  @TempDir private Path folder;

  @BeforeEach
  void aKey() {
    cli().run("key", "create", "a").expect(0);
  }

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
  }

  private Map<ExitCode, Supplier<Cli.Result>> commands() {
    Map<ExitCode, Supplier<Cli.Result>> all = new EnumMap<>(ExitCode.class);
    all.put(ExitCode.OK, () -> cli().run("key", "list"));
    all.put(ExitCode.INTERNAL, () -> encrypt(failing(), new ByteArrayOutputStream()));
    all.put(ExitCode.USAGE, () -> cli().run("key", "list", "--no-such-option"));
    all.put(ExitCode.CONFIGURATION, () -> cli().with("master_key", "wrong").run("key", "list"));
    all.put(ExitCode.NOT_FOUND, () -> cli().run("key", "describe", "b"));
    all.put(ExitCode.REFUSED, () -> cli().run("key", "create", "a"));
    all.put(ExitCode.DENIED, this::denied);
    all.put(ExitCode.DAMAGED, () -> cli().input("not sealed").run("decrypt"));
    all.put(
        ExitCode.UNAVAILABLE,
        () -> asSomebody(() -> cli().run("ls", "s3://b", "--endpoint-url", "http://127.0.0.1:1")));
    all.put(ExitCode.FINDINGS, () -> cli().without("default_key_id").run("doctor"));
    all.put(ExitCode.LOCAL_FILE, () -> cli().run("encrypt", folder.toString()));
    all.put(ExitCode.NOT_CONFIRMED, () -> cli().run("key", "delete", "a"));
    all.put(ExitCode.READER_ENDED, () -> encrypt(new ByteArrayInputStream(new byte[9]), ended()));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> eachIsReached() {
    return commands().entrySet().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.getKey().name(),
                    () -> {
                      Cli.Result ended = row.getValue().get().expect(row.getKey().status());
                      boolean quiet =
                          row.getKey() == ExitCode.OK || row.getKey() == ExitCode.READER_ENDED;
                      if (quiet) {
                        assertThat(ended.err()).isEmpty();
                      } else {
                        assertThat(ended.err() + ended.out()).isNotEmpty();
                      }
                    }));
  }

  @Test
  void noneIsForgotten() {
    assertThat(commands()).containsOnlyKeys(ExitCode.values());
  }

  private static <T> T asSomebody(Supplier<T> work) {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    try {
      return work.get();
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  /** A store that says no to all. */
  private Cli.Result denied() {
    try {
      HttpServer store =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      store.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
          });
      store.start();
      String url = "http://127.0.0.1:" + store.getAddress().getPort();
      try {
        return asSomebody(() -> cli().run("ls", "s3://b", "--endpoint-url", url));
      } finally {
        store.stop(0);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Cli.Result encrypt(InputStream in, OutputStream out) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = cli().run(new Shell(in, out, err, Terminal.NONE), "encrypt");
    return new Cli.Result(status, new byte[0], err.toString(StandardCharsets.UTF_8));
  }

  private static InputStream failing() {
    return new InputStream() {
      @Override
      public int read() {
        throw new IllegalStateException("a defect");
      }
    };
  }

  /** What a process has whose reader ended. */
  private static OutputStream ended() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
  }
}
