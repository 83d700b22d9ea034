package io.claviger.same;

import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
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
  /** Puts an object. */
  Outcome put(PutObjectRequest request, OddBody body);

  /** Gets one, whole or by range. */
  Outcome get(GetObjectRequest request);

  /** Describes one. */
  Outcome head(HeadObjectRequest request);

  @Override
  void close();

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
  static Caller sync(S3Client s3) {
    return new Caller() {
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
      public void close() {
        s3.close();
      }
    };
  }

  /** An asynchronous client, multipart-enabled or not, which is closed with this. */
  static Caller async(S3AsyncClient s3) {
    return new Caller() {
      @Override
      public Outcome put(PutObjectRequest request, OddBody body) {
        return Outcome.of(() -> s3.putObject(request, body.async().get()).join());
      }

      @Override
      public Outcome get(GetObjectRequest request) {
        return read(() -> s3.getObject(request, AsyncResponseTransformer.toBytes()).join());
      }

      @Override
      public Outcome head(HeadObjectRequest request) {
        return Outcome.of(() -> s3.headObject(request).join());
      }

      @Override
      public void close() {
        s3.close();
      }
    };
  }

  /** A transfer manager over an asynchronous client; both are closed with this. */
  static Caller transfers(S3AsyncClient s3) {
    S3TransferManager transfers = S3TransferManager.builder().s3Client(s3).build();
    return new Caller() {
      @Override
      public Outcome put(PutObjectRequest request, OddBody body) {
        return Outcome.of(
            () ->
                transfers
                    .upload(u -> u.putObjectRequest(request).requestBody(body.async().get()))
                    .completionFuture()
                    .join()
                    .response());
      }

      @Override
      public Outcome get(GetObjectRequest request) {
        return read(
            () ->
                transfers
                    .download(
                        DownloadRequest.builder()
                            .getObjectRequest(request)
                            .responseTransformer(
                                AsyncResponseTransformer.<GetObjectResponse>toBytes())
                            .build())
                    .completionFuture()
                    .join()
                    .result());
      }

      @Override
      public Outcome head(HeadObjectRequest request) {
        return Outcome.of(() -> s3.headObject(request).join());
      }

      @Override
      public void close() {
        transfers.close();
        s3.close();
      }
    };
  }
}
