package io.claviger.e2e.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** A client with the interceptor, as an application holds it. */
interface Caller extends AutoCloseable {
  int MAX_SECONDS = 60;

  void put(PutObjectRequest request, byte[] body);

  ResponseBytes<GetObjectResponse> get(GetObjectRequest request);

  /** Gets a whole object, or a range of it. */
  default ResponseBytes<GetObjectResponse> get(String bucket, String key, String range) {
    return get(GetObjectRequest.builder().bucket(bucket).key(key).range(range).build());
  }

  @Override
  void close();

  /** Waits for an answer; one that never comes is an error, not a suite that hangs. */
  static <T> T answer(CompletableFuture<T> coming) {
    return coming.orTimeout(MAX_SECONDS, TimeUnit.SECONDS).join();
  }

  /** The synchronous client. */
  record Sync(S3Client s3) implements Caller {
    @Override
    public void put(PutObjectRequest request, byte[] body) {
      s3.putObject(request, RequestBody.fromBytes(body));
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
      return s3.getObjectAsBytes(request);
    }

    @Override
    public void close() {
      s3.close();
    }
  }

  /** The asynchronous client. */
  record Async(S3AsyncClient s3) implements Caller {
    @Override
    public void put(PutObjectRequest request, byte[] body) {
      answer(s3.putObject(request, AsyncRequestBody.fromBytes(body)));
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
      return answer(s3.getObject(request, AsyncResponseTransformer.toBytes()));
    }

    @Override
    public void close() {
      s3.close();
    }
  }

  /** The transfer manager, from file to file. */
  record Transfers(S3AsyncClient s3, S3TransferManager manager) implements Caller {
    @Override
    public void put(PutObjectRequest request, byte[] body) {
      inFile(
          file -> {
            Files.write(file, body);
            return answer(
                manager
                    .uploadFile(u -> u.source(file).putObjectRequest(request))
                    .completionFuture());
          });
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
      return inFile(
          file -> {
            GetObjectResponse response =
                answer(
                        manager
                            .downloadFile(d -> d.destination(file).getObjectRequest(request))
                            .completionFuture())
                    .response();
            return ResponseBytes.fromByteArray(response, Files.readAllBytes(file));
          });
    }

    private interface Work<T> {
      T in(Path file) throws IOException;
    }

    private static <T> T inFile(Work<T> work) {
      try {
        Path file = Files.createTempFile("caller", "");
        T result = work.in(file);
        Files.delete(file);
        return result;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      manager.close();
      s3.close();
    }
  }
}
