package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.rules.KeyChoice;
import io.claviger.s3.rules.KeyRules;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Key rules between a client and the store: who is asked when, and what is refused. */
class KeyRulesOfClientsTest {
  private static final String RULES =
      """
      s3://%1$s/tenant-(*)/** -> tenant-$1 {tenant=$1}
      deny s3://%1$s/raw/**
      default -> rest
      """;

  private final String bucket = MockStore.bucket();
  private final KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "rest");
  private final ClavigerInterceptor interceptor = interceptor(rules(RULES));
  private final S3Client s3 = client(interceptor);

  KeyRulesOfClientsTest() {
    for (String key : new String[] {"rest", "tenant-a", "tenant-b"}) {
      keys.manager().createKey(key);
    }
  }

  @AfterEach
  void stop() {
    keys.stop();
  }

  private KeyRules rules(String text) {
    return KeyRules.parse(text.formatted(bucket));
  }

  private ClavigerInterceptorBuilder builder() {
    return ClavigerInterceptor.builder()
        .provider(new ClavigerProvider(keys))
        .httpClient(Clients.apache());
  }

  private ClavigerInterceptor interceptor(KeyRules rules) {
    return builder().keyRules(rules).build();
  }

  private static S3Client client(ClavigerInterceptor interceptor) {
    return Clients.with(MockStore.endpoint(), interceptor);
  }

  private void put(S3Client client, String key, Consumer<PutObjectRequest.Builder> more) {
    client.putObject(b -> more.accept(b.bucket(bucket).key(key)), RequestBody.fromString(key));
  }

  private void put(String key) {
    put(s3, key, b -> {});
  }

  private Map<String, String> metadata(String key) {
    return MockStore.stored(bucket, key).response().metadata();
  }

  private String keyOf(String key) {
    return metadata(key).get("claviger-key");
  }

  private String contextOf(String key) {
    String context = metadata(key).getOrDefault("claviger-ctx", "");
    return new String(Base64.getDecoder().decode(context), StandardCharsets.UTF_8);
  }

  private void refused(String advice, ThrowingCallable call) {
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, call);
    assertThat(e).as("not refused").isNotNull();
    assertThat(e.failure()).isEqualTo(Failure.BAD_REQUEST);
    assertThat(e).hasMessageContaining(advice);
  }

  private List<String> stored() {
    return MockStore.PLAIN.listObjectsV2(b -> b.bucket(bucket)).contents().stream()
        .map(o -> o.key())
        .toList();
  }

  private static Consumer<PutObjectRequest.Builder> context(Map<String, String> entries) {
    return b ->
        b.overrideConfiguration(
            c ->
                c.putExecutionAttribute(
                    RequestAttributes.ENCRYPTION_CONTEXT, EncryptionContext.of(entries)));
  }

  @Test
  void theRuleOfTheNameDecidesAndReadingNeverAsks() {
    put("tenant-a/x");
    put("other");
    assertThat(keyOf("tenant-a/x")).isEqualTo("tenant-a");
    assertThat(contextOf("tenant-a/x")).isEqualTo("{\"tenant\":\"a\"}");
    assertThat(keyOf("other")).isEqualTo("rest");
    S3Client denied = client(interceptor(rules("default deny")));
    assertThat(MockStore.get(denied, bucket, "tenant-a/x")).asString().isEqualTo("tenant-a/x");
    refused("default deny", () -> put(denied, "tenant-a/x", b -> {}));
    KeyChoice choice = interceptor.explainKey(bucket, "tenant-a/x");
    assertThat(choice.keyId()).isEqualTo("tenant-a");
    assertThat(choice.why()).contains("line 1");
    assertThat(interceptor.explainKey(bucket, "raw/x").outcome())
        .isEqualTo(KeyChoice.Outcome.DENIED);
    ClavigerInterceptor own = builder().keyId("tenant-b").build();
    assertThat(own.explainKey(bucket, "x").keyId()).isEqualTo("tenant-b");
  }

  @Test
  void whatARuleRefusesNeverReachesTheStore() {
    refused("line 2", () -> put("raw/x"));
    refused("$1 is empty", () -> put("tenant-/x"));
    refused("no ..", () -> put("tenant-../x"));
    refused("line 2", () -> s3.createMultipartUpload(b -> b.bucket(bucket).key("raw/y")));
    refused("line 2", () -> put("raw/directory/"));
    refused(
        "line 2",
        () ->
            SealedUpload.of(
                interceptor,
                PutObjectRequest.builder().bucket(bucket).key("raw/z").build(),
                RequestBody.fromString("z").contentStreamProvider(),
                1));
    assertThat(stored()).isEmpty();
  }

  @Test
  void aRequestMayNotContradictTheRule() {
    Consumer<PutObjectRequest.Builder> other =
        b -> b.serverSideEncryption("aws:kms").ssekmsKeyId("tenant-b");
    refused("the key rules say \"tenant-a\"", () -> put(s3, "tenant-a/x", other));
    refused("another value", () -> put(s3, "tenant-a/x", context(Map.of("tenant", "b"))));
    assertThat(stored()).isEmpty();
    put(s3, "tenant-b/x", other);
    assertThat(keyOf("tenant-b/x")).isEqualTo("tenant-b");
    put(s3, "other", other);
    assertThat(keyOf("other")).as("where only the default says another").isEqualTo("tenant-b");
    put(s3, "tenant-a/x", context(Map.of("job", "7", "tenant", "a")));
    assertThat(contextOf("tenant-a/x")).isEqualTo("{\"job\":\"7\",\"tenant\":\"a\"}");
  }

  @Test
  void copiesFollowTheRuleOfTheirDestination() {
    put(s3, "tenant-a/x", context(Map.of("job", "7")));
    copy(s3, "tenant-a/x", "tenant-b/x");
    assertThat(keyOf("tenant-b/x")).isEqualTo("tenant-b");
    assertThat(contextOf("tenant-b/x")).isEqualTo("{\"job\":\"7\",\"tenant\":\"b\"}");
    assertThat(MockStore.get(s3, bucket, "tenant-b/x")).asString().isEqualTo("tenant-a/x");
    refused("line 2", () -> copy(s3, "tenant-a/x", "raw/x"));
    copy(s3, "tenant-a/x", "other");
    assertThat(keyOf("other")).as("no rule fits: as without rules").isEqualTo("tenant-a");
    refused("the key rules say", () -> Rewrap.with(s3).toKey("rest").object(bucket, "tenant-a/x"));
    interceptor.keyRules(rules("s3://%1$s/tenant-(*)/** -> rest {tenant=$1}"));
    Rewrap.with(s3).object(bucket, "tenant-a/x");
    assertThat(keyOf("tenant-a/x")).isEqualTo("rest");
    assertThat(MockStore.get(s3, bucket, "tenant-a/x")).asString().isEqualTo("tenant-a/x");
  }

  private void copy(S3Client client, String from, String to) {
    client.copyObject(
        b -> b.sourceBucket(bucket).sourceKey(from).destinationBucket(bucket).destinationKey(to));
  }

  @Test
  void anUploadKeepsTheKeyThatItWasCreatedWith() {
    String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("tenant-a/u")).uploadId();
    interceptor.keyRules(rules("default deny"));
    String eTag =
        s3.uploadPart(
                b -> b.bucket(bucket).key("tenant-a/u").uploadId(id).partNumber(1),
                RequestBody.fromString("part"))
            .eTag();
    CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key("tenant-a/u").uploadId(id).multipartUpload(m -> m.parts(part)));
    assertThat(keyOf("tenant-a/u")).isEqualTo("tenant-a");
    assertThat(MockStore.get(s3, bucket, "tenant-a/u")).asString().isEqualTo("part");
  }

  @Test
  void missingKeysAreCreatedUpToTheNumber() {
    refuseMissing(s3, "tenant-c/x", "tenant-c");
    interceptor.keyRules(rules(RULES + "create 2"));
    put("tenant-c/x");
    put("tenant-c/y");
    put("tenant-d/x");
    put("tenant-a/x");
    assertThat(keyOf("tenant-d/x")).isEqualTo("tenant-d");
    refuseMissing(s3, "tenant-e/x", "created the 2 keys");
    interceptor.keyRules(rules(RULES + "create 3"));
    put("tenant-e/x");
    assertThat(stored())
        .containsExactlyInAnyOrder(
            "tenant-c/x", "tenant-c/y", "tenant-d/x", "tenant-a/x", "tenant-e/x");
  }

  private void refuseMissing(S3Client client, String key, String advice) {
    assertThatThrownBy(() -> put(client, key, b -> {})).hasMessageContaining(advice);
    assertThat(stored()).doesNotContain(key);
  }

  /** Each object is sealed under one of both sets of rules, key and context of the same one. */
  @Test
  void rulesAreExchangedUnderTraffic() throws Exception {
    KeyRules one = rules("s3://%1$s/** -> tenant-a {set=a}");
    KeyRules two = rules("s3://%1$s/** -> tenant-b {set=b}");
    interceptor.keyRules(one);
    AtomicBoolean ends = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<Integer>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String prefix = "w" + i + "-";
      writers.add(
          threads.submit(
              () -> {
                int written = 0;
                while (!ends.get() || written == 0) {
                  put(prefix + written++);
                }
                return written;
              }));
    }
    for (int i = 0; i < 100; i++) {
      interceptor.keyRules(i % 2 == 0 ? two : one);
      interceptor.explainKey(bucket, "x");
      put("between-" + i);
    }
    ends.set(true);
    for (Future<Integer> writer : writers) {
      assertThat(writer.get(120, TimeUnit.SECONDS)).isPositive();
    }
    threads.shutdown();
    for (int i = 0; i < 100; i++) {
      String set = i % 2 == 0 ? "b" : "a";
      assertThat(keyOf("between-" + i)).isEqualTo("tenant-" + set);
      assertThat(contextOf("between-" + i)).isEqualTo("{\"set\":\"" + set + "\"}");
    }
    for (String key : stored()) {
      assertThat(contextOf(key)).isEqualTo("{\"set\":\"" + keyOf(key).substring(7) + "\"}");
    }
  }

  @Test
  void aFileOfRulesIsReadAgainAndAWrongOneChangesNothing(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("rules"), "s3://*/** -> tenant-a");
    ClavigerInterceptor fromFile = builder().keyRulesFile(file).build();
    S3Client client = client(fromFile);
    put(client, "x", b -> {});
    assertThat(keyOf("x")).isEqualTo("tenant-a");
    Files.writeString(file, "s3://*/** -> tenant-b");
    until("tenant-b", fromFile);
    Files.writeString(file, "s3://** is wrong");
    put(client, "y", b -> {});
    assertThat(keyOf("y")).as("the rules before stay").isEqualTo("tenant-b");
    Files.writeString(file, "s3://*/** -> rest");
    until("rest", fromFile);
    assertThatThrownBy(() -> fromFile.keyRules(KeyRules.none()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> builder().keyRulesFile(folder.resolve("missing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read");
  }

  private void until(String keyId, ClavigerInterceptor interceptor) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!keyId.equals(interceptor.explainKey(bucket, "x").keyId())) {
      assertThat(System.nanoTime() - end).as("the file is read again").isNegative();
      Thread.onSpinWait();
    }
  }
}
