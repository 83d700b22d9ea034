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
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.SdkPublisher;
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

  /** For async bodies that block while they read a stream. */
  private static final ExecutorService READERS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "reader of a body");
            thread.setDaemon(true);
            return thread;
          });

  /** A body that comes in pieces of odd sizes, some of them empty. */
  private record Pieces(byte[] bytes) implements AsyncRequestBody {
    @Override
    public Optional<Long> contentLength() {
      return Optional.of((long) bytes.length);
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> target) {
      List<ByteBuffer> pieces = new ArrayList<>();
      for (int at = 0, size = 1; at < bytes.length; at += size, size = size % 9_000 * 3 + 1) {
        size = Math.min(size, bytes.length - at);
        pieces.add(ByteBuffer.wrap(bytes, at, size).asReadOnlyBuffer());
      }
      SdkPublisher.fromIterable(pieces).subscribe(target);
    }
  }

  /** Whether it has no bytes. */
  boolean isEmpty() {
    return name.endsWith(" 0") || name.equals("none");
  }

  /** Returns a small one that every client can send. */
  static OddBody small() {
    byte[] some = Session.content(1, 1000);
    return new OddBody(
        "small", () -> RequestBody.fromBytes(some), () -> AsyncRequestBody.fromBytes(some));
  }

  /** Returns them all; files are written to {@code folder}. */
  static List<OddBody> all(Path folder) {
    List<OddBody> all = new ArrayList<>();
    for (int size : SIZES) {
      byte[] bytes = Session.content(size, size);
      byte[] longer = Arrays.copyOf(bytes, size + 70_000);
      Path file = write(folder.resolve("body-" + size), bytes);
      all.add(
          new OddBody(
              "bytes " + size,
              () -> RequestBody.fromBytes(bytes),
              () -> AsyncRequestBody.fromBytes(bytes)));
      all.add(
          new OddBody(
              "file " + size,
              () -> RequestBody.fromFile(file),
              () -> AsyncRequestBody.fromFile(file)));
      all.add(
          new OddBody(
              "slow stream " + size,
              () -> stream(new Slow(bytes), size),
              () -> blocking(new Slow(bytes), size)));
      all.add(
          new OddBody(
              "longer stream " + size,
              () -> stream(new Slow(longer), size),
              () -> new Pieces(bytes)));
      all.add(
          new OddBody(
              "buffered stream " + size,
              () -> stream(new BufferedInputStream(new Slow(longer), 100), size),
              () -> blocking(new BufferedInputStream(new Slow(bytes), 100), size)));
    }
    addSmall(all);
    return all;
  }

  private static void addSmall(List<OddBody> all) {
    byte[] some = Session.content(1, 1000);
    ByteBuffer[] two = {ByteBuffer.wrap(some, 5, 100), ByteBuffer.wrap(some, 0, 900)};
    all.add(
        new OddBody(
            "buffer",
            () -> RequestBody.fromByteBuffer(ByteBuffer.wrap(some, 5, 900)),
            () -> AsyncRequestBody.fromByteBuffer(ByteBuffer.wrap(some, 5, 900))));
    all.add(
        new OddBody(
            "text",
            () -> RequestBody.fromString("äöü\n", StandardCharsets.UTF_16),
            () -> AsyncRequestBody.fromString("äöü\n", StandardCharsets.UTF_16)));
    all.add(
        new OddBody(
            "two streams",
            () -> stream(new SequenceInputStream(new Slow(some), new Slow(some)), 2000),
            () -> AsyncRequestBody.fromByteBuffers(two)));
    all.add(
        new OddBody(
            "short stream",
            () -> stream(new Slow(some), 1001),
            () -> AsyncRequestBody.fromBytesUnsafe(some)));
    all.add(
        new OddBody(
            "provider",
            () -> RequestBody.fromContentProvider(() -> new Slow(some), 1000, "text/x"),
            () -> AsyncRequestBody.fromRemainingByteBufferUnsafe(ByteBuffer.wrap(some, 7, 9))));
    all.add(
        new OddBody(
            "length not known",
            () -> RequestBody.fromContentProvider(() -> new Slow(some), "text/x"),
            () ->
                AsyncRequestBody.fromInputStream(
                    b -> b.inputStream(new Slow(some)).executor(READERS))));
    all.add(new OddBody("none", RequestBody::empty, AsyncRequestBody::empty));
  }

  private static RequestBody stream(InputStream in, long bytes) {
    return RequestBody.fromInputStream(in, bytes);
  }

  private static AsyncRequestBody blocking(InputStream in, long bytes) {
    return AsyncRequestBody.fromInputStream(in, bytes, READERS);
  }

  private static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
