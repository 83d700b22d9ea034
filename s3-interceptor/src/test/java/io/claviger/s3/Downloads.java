package io.claviger.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** What an application ends up with, by every kind of client that reads objects. */
enum Downloads {
  SYNC,
  ASYNC,
  ASYNC_ONCE,
  /** Fetches part after part. */
  MULTIPART,
  /** The same, to a file. */
  TRANSFER;

  /** A client of this kind. */
  interface Client extends AutoCloseable {
    /** Returns all that a GET gives. */
    byte[] get(GetObjectRequest request);

    @Override
    void close();
  }

  Client over(URI endpoint, SdkHttpClient connections, ExecutionInterceptor interceptor) {
    return switch (this) {
      case SYNC -> sync(Reads.Kind.SYNC.over(endpoint, connections, interceptor));
      case ASYNC -> sync(Reads.Kind.ASYNC.over(endpoint, connections, interceptor));
      case ASYNC_ONCE -> sync(Reads.Kind.ASYNC_ONCE.over(endpoint, connections, interceptor));
      case MULTIPART -> multipart(split(endpoint, interceptor));
      case TRANSFER -> transfer(split(endpoint, interceptor));
    };
  }

  private static S3AsyncClient split(URI endpoint, ExecutionInterceptor interceptor) {
    return Clients.async(
        endpoint, b -> b.httpClient(Clients.netty()).multipartEnabled(true), interceptor);
  }

  private static Client sync(Reads reads) {
    return of(request -> reads.get(request).asByteArray(), reads::close);
  }

  private static Client multipart(S3AsyncClient s3) {
    return of(
        request -> s3.getObject(request, AsyncResponseTransformer.toBytes()).join().asByteArray(),
        s3::close);
  }

  private static Client transfer(S3AsyncClient s3) {
    S3TransferManager transfers = S3TransferManager.builder().s3Client(s3).build();
    return of(
        request -> {
          try {
            Path file = Files.createTempFile("claviger", "download");
            try {
              transfers
                  .downloadFile(d -> d.destination(file).getObjectRequest(request))
                  .completionFuture()
                  .join();
              return Files.readAllBytes(file);
            } finally {
              Files.deleteIfExists(file);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        () -> {
          transfers.close();
          s3.close();
        });
  }

  private static Client of(
      java.util.function.Function<GetObjectRequest, byte[]> get, Runnable close) {
    return new Client() {
      @Override
      public byte[] get(GetObjectRequest request) {
        try {
          return get.apply(request);
        } catch (CompletionException e) {
          throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }
}
