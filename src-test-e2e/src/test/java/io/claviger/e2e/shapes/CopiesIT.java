package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.Rewrap;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Copies, listings and re-wrapping. */
@EveryServer
class CopiesIT {
  private static final String BUCKET = "copies";
  private static final byte[] PLAIN = "plaintext of a copy".repeat(5_000).getBytes();

  private static S3Client plain;
  private static S3Client s3;

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void start(S3Server server) {
    plain = E2e.plain(server.http());
    plain.createBucket(b -> b.bucket(BUCKET));
    s3 = E2e.sealing(server.http(), b -> {});
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    s3.close();
    plain.close();
  }

  private static void put(String key) {
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key(key)
                .cacheControl("max-age=7")
                .contentDisposition("attachment; filename=\"a b.txt\"")
                .contentEncoding("identity")
                .contentLanguage("de, en")
                .contentType("text/x-special; charset=utf-8")
                .expires(Instant.parse("2031-02-03T04:05:06Z"))
                .metadata(Map.of("mine", "one", "other-name", "two words"))
                .tagging("a=b&c=d"),
        RequestBody.fromBytes(PLAIN));
  }

  private static byte[] get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
  }

  private static HeadObjectResponse head(S3Client client, String key) {
    return client.headObject(b -> b.bucket(BUCKET).key(key));
  }

  private static void copy(S3Client client, String from, String to) {
    client.copyObject(
        b -> b.sourceBucket(BUCKET).sourceKey(from).destinationBucket(BUCKET).destinationKey(to));
  }

  private static List<String> headers(String key) {
    HeadObjectResponse head = head(s3, key);
    return List.of(
        head.cacheControl(),
        head.contentDisposition(),
        head.contentEncoding(),
        head.contentLanguage(),
        head.contentType(),
        head.expiresString(),
        head.metadata().toString(),
        Long.toString(head.contentLength()),
        s3.getObjectTagging(b -> b.bucket(BUCKET).key(key)).tagSet().toString());
  }

  @Test
  void aCopyOpensAndKeepsEveryHeader() {
    put("source/k +ü");
    copy(s3, "source/k +ü", "copy/k +ü");
    assertThat(get("copy/k +ü")).isEqualTo(PLAIN);
    assertThat(headers("copy/k +ü")).isEqualTo(headers("source/k +ü"));
    copy(plain, "source/k +ü", "moved by another tool");
    S3Exception none = catchThrowableOfType(S3Exception.class, () -> get("missing"));
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(catchThrowableOfType(RuntimeException.class, () -> get("moved by another tool")))
        .hasMessageContaining("moved by another tool")
        .hasMessageContaining("source/k +ü");
  }

  @Test
  void replacedMetadataKeepsTheObject() {
    put("replace");
    s3.copyObject(
        b ->
            b.sourceBucket(BUCKET)
                .sourceKey("replace")
                .destinationBucket(BUCKET)
                .destinationKey("replace")
                .metadataDirective(MetadataDirective.REPLACE)
                .contentType("a/b")
                .metadata(Map.of("edited", "yes")));
    assertThat(get("replace")).isEqualTo(PLAIN);
    HeadObjectResponse head = head(s3, "replace");
    assertThat(head.metadata()).isEqualTo(Map.of("edited", "yes"));
    assertThat(head.contentType()).isEqualTo("a/b");
    assertThat(head.cacheControl()).isNull();
  }

  @Test
  void aCopyOntoItselfIsTheStoresToRefuse() {
    put("itself");
    S3Exception e = catchThrowableOfType(S3Exception.class, () -> copy(s3, "itself", "itself"));
    assertThat(e.statusCode()).isEqualTo(400);
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidRequest");
  }

  @Test
  void aCopyDuringAnOverwriteIsRefused() {
    put("raced");
    ExecutionInterceptor overwriting =
        new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(
              Context.BeforeTransmission context, ExecutionAttributes attributes) {
            if (context.request() instanceof CopyObjectRequest) {
              s3.putObject(b -> b.bucket(BUCKET).key("raced"), RequestBody.fromString("newer"));
            }
          }
        };
    try (S3Client racing =
        E2e.sealing(
            server.http(),
            b ->
                b.overrideConfiguration(
                    b.overrideConfiguration().toBuilder()
                        .addExecutionInterceptor(overwriting)
                        .build()))) {
      S3Exception e =
          catchThrowableOfType(S3Exception.class, () -> copy(racing, "raced", "raced copy"));
      assertThat(e.statusCode()).isEqualTo(412);
    }
    assertThat(catchThrowableOfType(S3Exception.class, () -> head(plain, "raced copy")))
        .isNotNull();
  }

  @Test
  void listingsTellPlaintextSizes() {
    put("list/small +");
    s3.putObject(b -> b.bucket(BUCKET).key("list/large"), RequestBody.fromBytes(new byte[6 << 20]));
    List<String> sizes = new ArrayList<>();
    s3.listObjectsV2Paginator(b -> b.bucket(BUCKET).prefix("list/").maxKeys(1))
        .contents()
        .forEach(o -> sizes.add(o.key() + "=" + o.size()));
    assertThat(sizes).containsExactly("list/large=" + (6 << 20), "list/small +=" + PLAIN.length);
  }

  /** On MinIO such copies are made in parts, on LocalStack at once: what is stored is covered. */
  @Test
  void ontoItselfWithHeadersOfTheRequestAndOfTheClient() {
    put("headers");
    try (S3Client client =
        E2e.sealing(
            server.http(),
            b ->
                b.overrideConfiguration(
                    b.overrideConfiguration().toBuilder()
                        .putHeader("x-amz-meta-tool", "batch")
                        .build()))) {
      client.copyObject(
          b ->
              b.sourceBucket(BUCKET)
                  .sourceKey("headers")
                  .destinationBucket(BUCKET)
                  .destinationKey("headers")
                  .metadataDirective(MetadataDirective.REPLACE)
                  .metadata(Map.of("mine", "new"))
                  .overrideConfiguration(
                      c ->
                          c.putHeader("Cache-Control", "no-store")
                              .putHeader("Content-Type", "text/own")
                              .putHeader("x-amz-meta-more", "1")));
    }
    assertThat(get("headers")).isEqualTo(PLAIN);
    HeadObjectResponse head = head(s3, "headers");
    assertThat(head.metadata())
        .containsOnly(Map.entry("mine", "new"), Map.entry("tool", "batch"), Map.entry("more", "1"));
    assertThat(head.cacheControl()).isEqualTo("no-store");
    assertThat(head.contentType()).isEqualTo("text/own");
    Rewrap.with(s3).object(BUCKET, "headers");
    assertThat(get("headers")).isEqualTo(PLAIN);
  }

  @Test
  void rewrappingKeepsBytesAndHeaders() throws IOException {
    put("rewrap/1");
    put("rewrap/2");
    List<String> before = headers("rewrap/1");
    String wrapped = head(plain, "rewrap/1").metadata().get("claviger-dek");
    byte[] stored = stored("rewrap/1");
    Rewrap rewrap = Rewrap.with(s3);
    rewrap.object(BUCKET, "rewrap/1");
    rewrap.object(BUCKET, "rewrap/2");
    assertThat(head(plain, "rewrap/1").metadata().get("claviger-dek")).isNotEqualTo(wrapped);
    assertThat(stored("rewrap/1")).isEqualTo(stored);
    assertThat(headers("rewrap/1")).isEqualTo(before);
    assertThat(get("rewrap/2")).isEqualTo(PLAIN);
  }

  private static byte[] stored(String key) throws IOException {
    try (InputStream in = plain.getObject(b -> b.bucket(BUCKET).key(key))) {
      return in.readAllBytes();
    }
  }
}
