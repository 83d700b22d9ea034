package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.thrown;

import io.claviger.s3.api.ClavigerS3Exception;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The client over the CRT, where its library is on the class path. */
final class NativeCalls {
  private final Clients clients;

  NativeCalls(Clients clients) {
    this.clients = clients;
  }

  List<Scenario> scenarios() {
    if (!clients.dropIn) {
      return List.of(); // its builder takes no interceptors
    }
    try {
      Class.forName("software.amazon.awssdk.crt.CRT");
    } catch (ClassNotFoundException e) {
      return List.of();
    }
    return List.of(
        Sdk.isFrom(33)
            ? new Scenario("client over the CRT: put, get, range", this::putAndGet)
            : new Scenario("client over the CRT is refused with the versions", this::refused));
  }

  private void putAndGet() {
    byte[] plain = ObjectCalls.bytes(300_000);
    try (S3AsyncClient s3 = clients.overCrt()) {
      s3.putObject(b -> b.bucket(clients.bucket).key("native"), AsyncRequestBody.fromBytes(plain))
          .join();
      byte[] got =
          s3.getObject(
                  b -> b.bucket(clients.bucket).key("native"), AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray();
      require(Arrays.equals(got, plain), "the bytes came back otherwise");
      byte[] range =
          s3.getObject(
                  b -> b.bucket(clients.bucket).key("native").range("bytes=65530-131080"),
                  AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray();
      require(Arrays.equals(range, Arrays.copyOfRange(plain, 65_530, 131_081)), "another range");
    }
    new ObjectCalls(clients).requireSealed("native");
  }

  private void refused() {
    try (S3AsyncClient s3 = clients.overCrt()) {
      ClavigerS3Exception refusal =
          thrown(
              ClavigerS3Exception.class,
              () ->
                  s3.putObject(
                          b -> b.bucket(clients.bucket).key("native"),
                          AsyncRequestBody.fromString("text"))
                      .join());
      require(refusal.getMessage().contains("2.32.33"), refusal.getMessage());
    }
  }
}
