package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.DirectoryMarkers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Empty objects whose key ends in a slash are not sealed, so the store's owner can make some. That
 * is as far as it goes: none becomes a sealed object of another name, and who uses none can refuse
 * them.
 */
class DirectoryMarkersTest {
  private final String bucket = MockStore.bucket();
  private final S3Client accepting = MockStore.with(MockStore.interceptor().build());
  private final S3Client refusing =
      MockStore.with(MockStore.interceptor().directoryMarkers(DirectoryMarkers.REFUSE).build());

  @AfterEach
  void stop() {
    accepting.close();
    refusing.close();
  }

  private void replacedByTheStore(String key) {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key(key), RequestBody.empty());
  }

  private void copy(S3Client s3, String from, String to) {
    s3.copyObject(
        b -> b.sourceBucket(bucket).sourceKey(from).destinationBucket(bucket).destinationKey(to));
  }

  private void copyPart(S3Client s3, String from, String to) {
    Multipart upload = Multipart.create(s3, bucket, to);
    s3.uploadPartCopy(
        b ->
            b.sourceBucket(bucket)
                .sourceKey(from)
                .destinationBucket(bucket)
                .destinationKey(to)
                .uploadId(upload.id)
                .partNumber(1));
  }

  private static void isNotSealed(ThrowingCallable call) {
    ClavigerS3Exception refused = catchThrowableOfType(ClavigerS3Exception.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.failure()).isEqualTo(Failure.NOT_SEALED);
  }

  private boolean isSealed(String key) {
    return MockStore.PLAIN
        .headObject(b -> b.bucket(bucket).key(key))
        .metadata()
        .containsKey("claviger");
  }

  @Test
  void aMarkerIsCopiedToMarkersAlone() {
    accepting.putObject(b -> b.bucket(bucket).key("d/"), RequestBody.fromString("sealed"));
    replacedByTheStore("d/");
    assertThat(MockStore.get(accepting, bucket, "d/")).as("documented").isEmpty();
    copy(accepting, "d/", "e/");
    assertThat(isSealed("e/")).isFalse();
    isNotSealed(() -> copy(accepting, "d/", "d"));
    isNotSealed(() -> copyPart(accepting, "d/", "d"));
    isNotSealed(() -> copyPart(accepting, "d/", "f/"));
    assertThat(accepting.listObjectsV2(b -> b.bucket(bucket)).contents()).hasSize(2);
  }

  /** Bytes under such a name are sealed, and so is what is made of them. */
  @Test
  void whatIsSealedUnderSuchANameIsCopied() {
    accepting.putObject(b -> b.bucket(bucket).key("d/"), RequestBody.fromString("sealed"));
    copy(accepting, "d/", "d");
    copyPart(accepting, "d/", "f");
    assertThat(MockStore.get(accepting, bucket, "d")).asString().isEqualTo("sealed");
    refusing.putObject(b -> b.bucket(bucket).key("empty/"), RequestBody.empty());
    copyPart(accepting, "empty/", "f");
  }

  @Test
  void whoUsesNoneRefusesThem() {
    refusing.putObject(b -> b.bucket(bucket).key("d/"), RequestBody.empty());
    assertThat(isSealed("d/")).isTrue();
    assertThat(MockStore.get(refusing, bucket, "d/")).isEmpty();
    assertThat(refusing.headObject(b -> b.bucket(bucket).key("d/")).contentLength()).isZero();
    assertThat(MockStore.get(accepting, bucket, "d/")).isEmpty();
    replacedByTheStore("d/");
    isNotSealed(() -> MockStore.get(refusing, bucket, "d/"));
    isNotSealed(() -> refusing.headObject(b -> b.bucket(bucket).key("d/")));
    isNotSealed(() -> copy(refusing, "d/", "e/"));
    isNotSealed(() -> copyPart(refusing, "d/", "e/"));
  }

  /** Requests that ask for more than the whole are answered as the store answers of a marker. */
  @Test
  void aMarkerIsReadInEveryWay() throws Exception {
    try (PartStore store = new PartStore();
        S3Client plain = Clients.plain(store.endpoint());
        S3Client s3 = Clients.with(store.endpoint(), MockStore.interceptor().build());
        S3AsyncClient async = Clients.async(store.endpoint(), MockStore.interceptor().build())) {
      store.put("b/d/", PartStore.Stored.whole(new byte[0], Map.of(), "d"));
      for (Consumer<GetObjectRequest.Builder> asking :
          List.<Consumer<GetObjectRequest.Builder>>of(
              b -> b.range("bytes=0-9"),
              b -> b.range("bytes=-5"),
              b -> b.partNumber(1),
              b -> b.partNumber(2))) {
        GetObjectRequest.Builder get = GetObjectRequest.builder().bucket("b").key("d/");
        asking.accept(get);
        String expected = outcome(() -> plain.getObjectAsBytes(get.build()).asByteArray());
        assertThat(outcome(() -> s3.getObjectAsBytes(get.build()).asByteArray()))
            .as("%s", get.build())
            .isEqualTo(expected);
        assertThat(
                outcome(
                    () ->
                        async
                            .getObject(get.build(), AsyncResponseTransformer.toBytes())
                            .join()
                            .asByteArray()))
            .isEqualTo(expected);
      }
      GetObjectAttributesRequest size =
          GetObjectAttributesRequest.builder()
              .bucket("b")
              .key("d/")
              .objectAttributes(ObjectAttributes.OBJECT_SIZE)
              .build();
      assertThat(s3.getObjectAttributes(size).objectSize()).isZero();
      assertThat(async.getObjectAttributes(size).join().objectSize()).isZero();
    }
  }

  /** Returns how many bytes came, or the status of the store's refusal. */
  private static String outcome(Supplier<byte[]> read) {
    try {
      return read.get().length + " bytes";
    } catch (S3Exception e) {
      return "status " + e.statusCode();
    } catch (CompletionException e) {
      return e.getCause() instanceof S3Exception refused
          ? "status " + refused.statusCode()
          : e.getCause().toString();
    }
  }
}
