package io.claviger.same;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.DownloadRequest;

/** One kind of client, for the calls that all of them have. */
interface Caller extends AutoCloseable {
  /** Generous, for a busy machine. */
  int ANSWER_MINUTES = 3;

  /** Puts an object. */
  Outcome put(PutObjectRequest request, OddBody body);

  /** Gets one, whole or by range. */
  Outcome get(GetObjectRequest request);

  /** Describes one. */
  Outcome head(HeadObjectRequest request);

  /**
   * Gets one as a stream and closes it; the outcome names what {@code use} saw.
   *
   * @param use reads the stream
   */
  Outcome stream(GetObjectRequest request, StreamUses use);

  @Override
  void close();

  /** Waits for an answer; one that never comes is an outcome too, not a script that hangs. */
  static <T> T answer(CompletableFuture<T> coming) {
    return coming.orTimeout(ANSWER_MINUTES, TimeUnit.MINUTES).join();
  }

  /** Returns the outcome of a read with what {@code use} saw of its stream. */
  static Outcome use(Supplier<ResponseInputStream<GetObjectResponse>> call, StreamUses use) {
    String[] seen = new String[1];
    Outcome outcome =
        Outcome.of(
            () -> {
              try (ResponseInputStream<GetObjectResponse> in = call.get()) {
                seen[0] = use.of(in);
                return in.response();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return seen[0] == null ? outcome : outcome.with("stream", seen[0]);
  }

  /** Returns the outcome of a read with its bytes. */
  static Outcome read(Supplier<ResponseBytes<GetObjectResponse>> call) {
    byte[][] bytes = new byte[1][];
    Outcome seen =
        Outcome.of(
            () -> {
              ResponseBytes<GetObjectResponse> got = call.get();
              bytes[0] = got.asByteArray();
              return got.response();
            });
    return bytes[0] == null ? seen : seen.withBytes(bytes[0]);
  }

  /** A synchronous client, which is closed with this. */
  record Sync(S3Client s3) implements Caller {
    @Override
    public Outcome put(PutObjectRequest request, OddBody body) {
      return Outcome.of(() -> s3.putObject(request, body.sync().get()));
    }

    @Override
    public Outcome get(GetObjectRequest request) {
      return read(() -> s3.getObjectAsBytes(request));
    }

    @Override
    public Outcome head(HeadObjectRequest request) {
      return Outcome.of(() -> s3.headObject(request));
    }

    @Override
    public Outcome stream(GetObjectRequest request, StreamUses use) {
      return use(() -> s3.getObject(request), use);
    }

    @Override
    public void close() {
      s3.close();
    }
  }

  /** An asynchronous client, multipart-enabled or not, which is closed with this. */
  record Async(S3AsyncClient s3) implements Caller {
    @Override
    public Outcome put(PutObjectRequest request, OddBody body) {
      return Outcome.of(() -> answer(s3.putObject(request, body.async().get())));
    }

    @Override
    public Outcome get(GetObjectRequest request) {
      return read(() -> answer(s3.getObject(request, AsyncResponseTransformer.toBytes())));
    }

    @Override
    public Outcome head(HeadObjectRequest request) {
      return Outcome.of(() -> answer(s3.headObject(request)));
    }

    @Override
    public Outcome stream(GetObjectRequest request, StreamUses use) {
      return use(
          () -> answer(s3.getObject(request, AsyncResponseTransformer.toBlockingInputStream())),
          use);
    }

    @Override
    public void close() {
      s3.close();
    }
  }

  /** A transfer manager over an asynchronous client; both are closed with this. */
  record Transfers(S3AsyncClient s3, S3TransferManager transfers) implements Caller {
    Transfers(S3AsyncClient s3) {
      this(s3, S3TransferManager.builder().s3Client(s3).build());
    }

    private <T> T download(
        GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, T> to) {
      DownloadRequest<T> download =
          DownloadRequest.builder().getObjectRequest(request).responseTransformer(to).build();
      return answer(transfers.download(download).completionFuture()).result();
    }

    @Override
    public Outcome put(PutObjectRequest request, OddBody body) {
      return Outcome.of(
          () ->
              answer(
                      transfers
                          .upload(u -> u.putObjectRequest(request).requestBody(body.async().get()))
                          .completionFuture())
                  .response());
    }

    @Override
    public Outcome get(GetObjectRequest request) {
      return read(() -> download(request, AsyncResponseTransformer.toBytes()));
    }

    @Override
    public Outcome head(HeadObjectRequest request) {
      return Outcome.of(() -> answer(s3.headObject(request)));
    }

    @Override
    public Outcome stream(GetObjectRequest request, StreamUses use) {
      return use(() -> download(request, AsyncResponseTransformer.toBlockingInputStream()), use);
    }

    @Override
    public void close() {
      transfers.close();
      s3.close();
    }
  }
}
