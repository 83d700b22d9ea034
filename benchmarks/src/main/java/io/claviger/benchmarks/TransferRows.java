package io.claviger.benchmarks;

import static io.claviger.benchmarks.SyncRows.LARGE;

import io.claviger.jca.ClavigerProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/**
 * Rows of the transfer manager, files up and down: plain and ours in parts of 8 MiB; the S3
 * Encryption Client, whose client the manager cannot split, in one request.
 */
final class TransferRows implements AutoCloseable {
  private final Rounds rounds;
  private final Path folder;
  private final List<Subject> subjects = new ArrayList<>();

  private record Subject(Kind kind, Wire wire, S3AsyncClient client, S3TransferManager manager) {
    double up(Path file) {
      long begun = System.nanoTime();
      manager
          .uploadFile(
              u ->
                  u.source(file)
                      .putObjectRequest(p -> p.bucket(MinioBenchmark.BUCKET).key(key(kind))))
          .completionFuture()
          .join();
      return SyncRows.millisSince(begun);
    }

    double down(Path folder) {
      long begun = System.nanoTime();
      manager
          .downloadFile(
              d ->
                  d.destination(folder.resolve(kind.label()))
                      .getObjectRequest(g -> g.bucket(MinioBenchmark.BUCKET).key(key(kind))))
          .completionFuture()
          .join();
      return SyncRows.millisSince(begun);
    }
  }

  TransferRows(Rounds rounds, URI endpoint, ClavigerProvider provider, Path folder) {
    this.rounds = rounds;
    this.folder = folder;
    for (Kind kind : Kind.values()) {
      Wire wire = Wire.to(endpoint);
      S3AsyncClient client = kind.async(wire, provider);
      subjects.add(
          new Subject(kind, wire, client, S3TransferManager.builder().s3Client(client).build()));
    }
  }

  /** Where its objects lie. */
  static String key(Kind kind) {
    return kind.label() + "/transfer";
  }

  /** A file of {@link SyncRows#LARGE} bytes up and down, warm; the object stays in the store. */
  void all(String prefix, Target target) {
    Path file = folder.resolve("up");
    byte[] bytes = new byte[LARGE];
    new Random(3).nextBytes(bytes);
    try {
      Files.write(file, bytes);
      rounds.warm(prefix + " transfer up, warm", LARGE, target, calls(s -> s.up(file)));
      rounds.warm(prefix + " transfer down, warm", LARGE, target, calls(s -> s.down(folder)));
      for (Subject subject : subjects) {
        Path down = folder.resolve(subject.kind().label());
        if (Files.mismatch(file, down) >= 0) {
          throw new IllegalStateException(subject.kind() + " brought back other bytes");
        }
        Files.delete(down);
      }
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<DoubleSupplier> calls(ToDoubleFunction<Subject> call) {
    return subjects.stream().<DoubleSupplier>map(s -> () -> call.applyAsDouble(s)).toList();
  }

  @Override
  public void close() {
    for (Subject subject : subjects) {
      subject.manager().close();
      subject.client().close();
      subject.wire().close();
    }
  }
}
