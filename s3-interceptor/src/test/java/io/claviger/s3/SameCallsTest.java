package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.api.ChangedMetadata;
import io.claviger.same.MeantDifferences;
import io.claviger.same.SameCalls;
import io.claviger.same.SameCalls.Kind;
import io.claviger.same.SameCalls.Side;
import io.claviger.same.SameCalls.Store;
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
            .metadata(ChangedMetadata.IGNORE)
            .httpClient(own)
            .build();
    boolean sync = kind == Kind.SYNC;
    return new SameCalls(
        kind,
        Store.S3MOCK,
        new Side(sync ? one() : async(kind), plain),
        new Side(sync ? one(interceptor) : async(kind, interceptor), sealed),
        MEANT);
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
  @EnumSource(names = {"SYNC", "ASYNC", "MULTIPART", "TRANSFERS"})
  void bodies(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.bodies(folder);
      calls.verify();
      assertThat(MEANT.notShown("header ")).as("rows that nothing shows").isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "ASYNC", "MULTIPART", "TRANSFERS"})
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
      calls.keys();
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "ASYNC"})
  void headers(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.headers();
      calls.verify();
    }
  }
}
