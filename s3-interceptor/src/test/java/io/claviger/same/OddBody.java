package io.claviger.same;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A body as programs give it, made again for each client.
 *
 * @param name says what it is
 * @param sync for synchronous clients
 * @param async for asynchronous ones
 */
record OddBody(String name, Supplier<RequestBody> sync, Supplier<AsyncRequestBody> async) {
  private static final int[] SIZES = {0, 1, 65_535, 65_536, 65_537, 200_000};

  /** A stream without mark that gives what it likes of what it is asked for. */
  private static final class Slow extends FilterInputStream {
    Slow(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return super.read(target, offset, Math.min(length, 777));
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  /** Returns them all; files are written to {@code folder}. */
  static List<OddBody> all(Path folder) {
    List<OddBody> all = new ArrayList<>();
    for (int size : SIZES) {
      byte[] bytes = Session.content(size, size);
      byte[] longer = Arrays.copyOf(bytes, size + 70_000);
      Path file = write(folder.resolve("body-" + size), bytes);
      add(all, "bytes " + size, () -> RequestBody.fromBytes(bytes), bytes);
      add(all, "file " + size, () -> RequestBody.fromFile(file), bytes);
      add(all, "slow stream " + size, () -> stream(new Slow(bytes), size), bytes);
      add(all, "longer stream " + size, () -> stream(new Slow(longer), size), bytes);
      add(
          all,
          "buffered stream " + size,
          () -> stream(new BufferedInputStream(new Slow(longer), 100), size),
          bytes);
    }
    byte[] some = Session.content(1, 1000);
    add(all, "buffer", () -> RequestBody.fromByteBuffer(ByteBuffer.wrap(some, 5, 900)), some);
    add(all, "text", () -> RequestBody.fromString("äöü\n", StandardCharsets.UTF_16), some);
    add(
        all,
        "two streams",
        () -> stream(new SequenceInputStream(new Slow(some), new Slow(some)), 2000),
        some);
    add(all, "short stream", () -> stream(new Slow(some), 1001), some);
    add(
        all,
        "provider",
        () -> RequestBody.fromContentProvider(() -> new Slow(some), 1000, "text/x"),
        some);
    return all;
  }

  private static RequestBody stream(InputStream in, long bytes) {
    return RequestBody.fromInputStream(in, bytes);
  }

  private static void add(
      List<OddBody> all, String name, Supplier<RequestBody> sync, byte[] bytes) {
    all.add(new OddBody(name, sync, () -> AsyncRequestBody.fromBytes(bytes)));
  }

  private static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
