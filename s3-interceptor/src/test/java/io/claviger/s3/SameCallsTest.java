package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.same.MeantDifferences;
import io.claviger.same.SameCalls;
import io.claviger.same.SameCalls.Kind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The script of {@link SameCalls} over S3Mock, by every kind of client. */
class SameCallsTest {
  private static final MeantDifferences MEANT = MeantDifferences.in(Path.of("../docs/s3.md"));
  private static SdkHttpClient own;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    own = Clients.apache();
  }

  @AfterAll
  static void stop() {
    own.close();
  }

  private static SameCalls calls(Kind kind) {
    String plain = MockStore.bucket();
    String sealed = MockStore.bucket();
    ClavigerInterceptor interceptor =
        TestKeys.interceptor() // S3Mock writes types of its own, which tags of metadata find
            .metadata(ClavigerInterceptor.Metadata.IGNORE)
            .httpClient(own)
            .build();
    return kind == Kind.SYNC
        ? SameCalls.sync(one(), one(interceptor), plain, sealed, MEANT)
        : SameCalls.async(kind, async(kind), async(kind, interceptor), plain, sealed, MEANT);
  }

  /** With a single connection: a call that keeps it stops the script. */
  private static S3Client one(ExecutionInterceptor... interceptors) {
    return Clients.with(
        MockStore.endpoint(),
        b ->
            b.httpClient(
                ApacheHttpClient.builder()
                    .maxConnections(1)
                    .connectionAcquisitionTimeout(Duration.ofSeconds(60))
                    .build()),
        interceptors);
  }

  private static S3AsyncClient async(Kind kind, ExecutionInterceptor... interceptors) {
    return Clients.async(
        MockStore.endpoint(),
        b -> b.httpClient(Clients.netty()).multipartEnabled(kind != Kind.ASYNC),
        interceptors);
  }

  @ParameterizedTest
  @EnumSource
  void bodies(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.bodies(folder);
      calls.verify();
      assertThat(MEANT.notShown()).as("rows that nothing shows").isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ranges(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.ranges();
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "ASYNC"})
  void keys(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.keys(folder);
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "ASYNC"})
  void headers(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.headers(folder);
      calls.verify();
    }
  }
}
