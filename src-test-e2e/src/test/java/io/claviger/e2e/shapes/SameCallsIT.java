package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.same.Footprint.Opened;
import io.claviger.same.MeantDifferences;
import io.claviger.same.SameCalls;
import io.claviger.same.SameCalls.Kind;
import io.claviger.same.SameCalls.Side;
import io.claviger.same.SameCalls.Store;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The whole script of {@link SameCalls} over real servers, by every kind of client: what S3Mock has
 * ways of its own with, the client over the CRT, threads and connections.
 */
@EveryServer
class SameCallsIT {
  private static final MeantDifferences MEANT = MeantDifferences.in(Path.of("../docs/s3.md"));
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final int SEGMENT = 65_536;

  @Parameter S3Server server;
  @TempDir Path folder;

  /**
   * A row of the table that nothing shows says what is not so; part of this class by itself fails
   * here. S3Mock alone returns a size.
   */
  @AfterAll
  static void everyRowWasShown() {
    assertThat(MEANT.notShown(""))
        .as("rows that nothing shows")
        .isSubsetOf("header x-amz-object-size");
  }

  private SdkClient plain(Kind kind) {
    return switch (kind) {
      case SYNC -> E2e.plain(server.http());
      case ASYNC -> E2e.plainAsync(server.http());
      case MULTIPART, TRANSFERS -> E2e.plainAsync(server.http(), b -> b.multipartEnabled(true));
      case CRT, CRT_TRANSFERS -> E2e.plainCrt(server.http());
    };
  }

  private SdkClient sealing(Kind kind) {
    return switch (kind) {
      case SYNC -> E2e.sealing(server.http(), b -> {});
      case ASYNC -> E2e.sealingAsync(server.http(), b -> {});
      case MULTIPART, TRANSFERS -> E2e.sealingAsync(server.http(), b -> b.multipartEnabled(true));
      case CRT, CRT_TRANSFERS -> E2e.sealingCrt(server.http(), b -> {});
    };
  }

  private String bucket(Kind kind, String whose) {
    String name =
        "same-calls-%s-%s-%d"
            .formatted(
                kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                whose,
                BUCKETS.incrementAndGet());
    try (S3Client s3 = E2e.plain(server.http())) {
      s3.createBucket(b -> b.bucket(name));
    }
    return name;
  }

  private SameCalls calls(Kind kind) {
    return new SameCalls(
        kind,
        server == S3Server.LOCALSTACK ? Store.LOCALSTACK : Store.MINIO,
        new Side(plain(kind), bucket(kind, "plain")),
        new Side(sealing(kind), bucket(kind, "sealed")),
        MEANT);
  }

  @ParameterizedTest
  @EnumSource
  void bodies(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.bodies(folder);
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keys(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.keys();
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource
  void headers(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.headers();
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ranges(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.oddRanges();
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource
  void digests(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.digests();
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource
  void streams(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.streams(SEGMENT);
      calls.verify();
    }
  }

  @ParameterizedTest
  @EnumSource
  void threadsAndConnections(Kind kind) {
    try (SameCalls calls = calls(kind)) {
      calls.footprint(server.http(), at -> open(kind, at, false), at -> open(kind, at, true));
      calls.verify();
    }
  }

  /** With connections and event loops of its own, which go with the client. */
  private static Opened open(Kind kind, URI endpoint, boolean sealing) {
    SdkHttpClient own = E2e.trusting();
    ClavigerInterceptor interceptor = E2e.interceptor(own);
    SdkClient client =
        switch (kind) {
          case SYNC -> sealing ? E2e.plain(endpoint, interceptor) : E2e.plain(endpoint);
          case ASYNC, MULTIPART, TRANSFERS ->
              E2e.plainAsync(
                  endpoint,
                  b -> {
                    b.httpClientBuilder(NettyNioAsyncHttpClient.builder())
                        .multipartEnabled(kind != Kind.ASYNC);
                    if (sealing) {
                      b.overrideConfiguration(c -> c.addExecutionInterceptor(interceptor));
                    }
                  });
          case CRT, CRT_TRANSFERS ->
              sealing ? E2e.sealingCrt(endpoint, interceptor, b -> {}) : E2e.plainCrt(endpoint);
        };
    return new Opened(client, own);
  }
}
