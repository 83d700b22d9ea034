package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.same.S3Mock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** The same sizes over every kind of connection, against a server that knows nothing of us. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3MockTest {
  private static final int[] SIZES = {0, 1, 65535, 65536, 65537, 5 << 20};

  private S3MockApplication server;

  @BeforeAll
  void start() {
    server = S3Mock.start();
    Clients.plain(http()).createBucket(b -> b.bucket("mock"));
  }

  @AfterAll
  void stop() {
    server.stop();
  }

  private URI http() {
    return URI.create("http://localhost:" + server.getHttpPort());
  }

  private URI https() {
    return URI.create("https://localhost:" + server.getPort());
  }

  static List<Arguments> connections() {
    Map<String, Consumer<S3ClientBuilder>> settings =
        Map.of(
            "default checksums",
            b -> {},
            "no chunked encoding",
            b ->
                b.serviceConfiguration(
                        S3Configuration.builder()
                            .pathStyleAccessEnabled(true)
                            .chunkedEncodingEnabled(false)
                            .build())
                    .forcePathStyle(null),
            "checksums when required",
            b -> b.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED));
    List<Arguments> all = new ArrayList<>();
    settings.forEach(
        (name, setting) -> {
          for (boolean tls : new boolean[] {false, true}) {
            for (boolean apache : new boolean[] {false, true}) {
              all.add(Arguments.of(name, setting, tls, apache));
            }
          }
        });
    return all;
  }

  @ParameterizedTest(name = "{0}, https {2}, apache {3}")
  @MethodSource("connections")
  void everySizeComesBack(
      String name, Consumer<S3ClientBuilder> setting, boolean tls, boolean apache) {
    SdkHttpClient http = apache ? Clients.apache() : Clients.urlConnection();
    S3ClientBuilder builder = Clients.builder(tls ? https() : http(), http);
    setting.accept(builder);
    builder.overrideConfiguration(c -> c.addExecutionInterceptor(TestKeys.interceptor().build()));
    try (S3Client s3 = builder.build();
        S3Client plainClient = Clients.plain(http())) {
      for (int size : SIZES) {
        byte[] plain = PutAndGetTest.bytes(size);
        String key = name + "/ünïcode +&=%/" + size;
        s3.putObject(b -> b.bucket("mock").key(key), RequestBody.fromBytes(plain));
        assertThat(s3.getObjectAsBytes(b -> b.bucket("mock").key(key)).asByteArray())
            .isEqualTo(plain);
        assertThat(s3.headObject(b -> b.bucket("mock").key(key)).contentLength()).isEqualTo(size);
        if (size > 10) {
          byte[] tail =
              s3.getObjectAsBytes(b -> b.bucket("mock").key(key).range("bytes=-10")).asByteArray();
          assertThat(tail).isEqualTo(java.util.Arrays.copyOfRange(plain, size - 10, size));
        }
        byte[] stored = plainClient.getObjectAsBytes(b -> b.bucket("mock").key(key)).asByteArray();
        assertThat(stored).startsWith('C', 'L', 'V', 'G').hasSizeGreaterThan(size);
      }
    }
  }

  @ParameterizedTest(name = "https {0}, chunked {1}")
  @CsvSource({"false, true", "false, false", "true, true", "true, false"})
  void aHundredMebibytesAndOneByte(boolean tls, boolean chunked) throws IOException {
    byte[] plain = PutAndGetTest.bytes((100 << 20) + 1);
    String key = "large/" + tls + chunked;
    S3ClientBuilder builder = Clients.builder(tls ? https() : http(), Clients.apache());
    builder.serviceConfiguration(c -> c.chunkedEncodingEnabled(chunked));
    builder.overrideConfiguration(c -> c.addExecutionInterceptor(TestKeys.interceptor().build()));
    try (S3Client s3 = builder.build()) {
      s3.putObject(b -> b.bucket("mock").key(key), RequestBody.fromBytes(plain));
      try (InputStream opened = s3.getObject(b -> b.bucket("mock").key(key))) {
        assertThat(opened.readAllBytes()).isEqualTo(plain);
      }
      s3.deleteObject(b -> b.bucket("mock").key(key));
    }
  }
}
