package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A wrong Content-MD5 of the caller ends in the error that a plain client gets from the server. */
@EveryServer
class CallersDigestIT {
  private static final String BUCKET = "callers-digest";

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  private static String error(S3Exception e) {
    return e.statusCode() + " " + e.awsErrorDetails().errorCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAAAAAAAAAAAAAAAAAAAAA==", "no MD5"})
  void asThePlainClient(String md5) {
    PutObjectRequest request =
        PutObjectRequest.builder().bucket(BUCKET).key("k").contentMD5(md5).build();
    try (S3Client plain = E2e.plain(server.http());
        S3Client s3 = E2e.sealing(server.http(), b -> {});
        S3AsyncClient async = E2e.sealingAsync(server.http(), b -> {})) {
      RequestBody body = RequestBody.fromString("text");
      String expected =
          error(catchThrowableOfType(S3Exception.class, () -> plain.putObject(request, body)));
      assertThat(error(catchThrowableOfType(S3Exception.class, () -> s3.putObject(request, body))))
          .isEqualTo(expected);
      CompletionException e =
          catchThrowableOfType(
              CompletionException.class,
              () -> async.putObject(request, AsyncRequestBody.fromString("text")).join());
      assertThat(e).hasCauseInstanceOf(S3Exception.class);
      assertThat(error((S3Exception) e.getCause())).isEqualTo(expected);
    }
  }
}
