package io.claviger.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.internal.wire.ETags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/** Copies of an object onto itself, over a store that compares If-Match and one that does not. */
class OntoItselfTest extends RefusalCalls {
  private static CopyObjectRequest replacing(Consumer<CopyObjectRequest.Builder> more) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket("b")
            .sourceKey("k")
            .destinationBucket("b")
            .destinationKey("k")
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(Map.of("mine", "new"))
            .contentLanguage("de");
    more.accept(request);
    return request.build();
  }

  private String current() {
    return s3.headObject(b -> b.bucket("b").key("k")).eTag();
  }

  private List<String> requests() {
    return store.requests.stream()
        .map(
            r ->
                r.method()
                    + (r.path().contains(".claviger-probe-") ? " probe" : "")
                    + (r.query().contains("upload") ? " upload" : "")
                    + (r.headers().containsKey("x-amz-copy-source") ? " copy" : "")
                    + (r.headers().containsKey("If-Match") ? " If-Match" : ""))
        .toList();
  }

  private void assertReplaced(CopyObjectResponse answer) {
    assertThat(answer.copyObjectResult().eTag()).startsWith("\"0");
    assertThat(answer.serverSideEncryptionAsString()).isEqualTo("AES256");
    assertThat(get(s3, b -> {})).isEqualTo(TEXT);
    assertThat(store.object("b/k").metadata()).containsEntry("x-amz-meta-mine", "new");
    assertThat(store.objects).as("the probe is gone").containsOnlyKeys("/b/k");
  }

  @Test
  void whereTheStoreComparesTheCopyItselfIsConditional() {
    put(s3, b -> {});
    store.requests.clear();
    CopyObjectResponse answer = s3.copyObject(replacing(b -> {}));
    assertThat(requests())
        .containsExactly(
            "HEAD", "PUT probe", "PUT probe copy If-Match", "DELETE probe", "PUT copy If-Match");
    store.requests.clear();
    Rewrap.with(s3).object("b", "k");
    assertThat(requests())
        .as("the store is probed once")
        .containsExactly("HEAD", "HEAD If-Match", "PUT copy If-Match");
    assertReplaced(answer);
  }

  @Test
  void whereTheStoreIgnoresItPartsAreCopiedAndCompletedUnderTheCondition() {
    store.ignoresIfMatchOfCopies = true;
    put(s3, b -> {});
    store.requests.clear();
    CopyObjectResponse answer =
        s3.copyObject(replacing(b -> b.tagging("a=b").taggingDirective(TaggingDirective.REPLACE)));
    assertThat(requests())
        .containsExactly(
            "HEAD",
            "PUT probe",
            "PUT probe copy If-Match",
            "DELETE probe",
            "DELETE probe",
            "POST upload",
            "PUT upload copy",
            "HEAD",
            "POST upload If-Match",
            "HEAD");
    Map<String, String> create = store.requests.get(5).headers();
    assertThat(create)
        .containsEntry("x-amz-tagging", "a=b")
        .containsEntry("Content-Language", "de")
        .doesNotContainKey("x-amz-server-side-encryption");
    assertThat(answer.copyObjectResult().lastModified()).isNotNull();
    assertReplaced(answer);
  }

  @Test
  void anAsynchronousClientGetsTheSameAnswer() {
    store.ignoresIfMatchOfCopies = true;
    put(s3, b -> {});
    try (S3AsyncClient async = Clients.async(store.endpoint(), TestKeys.interceptor().build())) {
      assertReplaced(async.copyObject(replacing(b -> {})).join());
    }
  }

  @Test
  void conditionsOfTheCallerOnItsOwnSourceAreKept() {
    put(s3, b -> {});
    List<Consumer<CopyObjectRequest.Builder>> notMet =
        List.of(b -> b.ifMatch("\"other\""), b -> b.ifNoneMatch("*"));
    for (boolean ignores : new boolean[] {false, true}) {
      store.ignoresIfMatchOfCopies = ignores;
      Map<String, TinyStore.Stored> before = Map.copyOf(store.objects);
      for (Consumer<CopyObjectRequest.Builder> condition : notMet) {
        S3Exception e =
            catchThrowableOfType(S3Exception.class, () -> s3.copyObject(replacing(condition)));
        assertThat(e.statusCode()).isEqualTo(412);
        assertThat(store.objects).isEqualTo(before);
      }
      for (String form : List.of("\"%s\"", "%s", "*", "\"other\", \"%s\"")) {
        String met = form.formatted(ETags.bare(current()));
        assertReplaced(s3.copyObject(replacing(b -> b.ifMatch(met))));
      }
    }
  }

  @Test
  void plaintextIsSealedInPlaceUnderTheCondition() {
    store.objects.put("/b/k", new TinyStore.Stored(TEXT.getBytes(UTF_8), Map.of()));
    S3Client allowing = client(b -> b.plaintextObjects(PlaintextObjects.ALLOW));
    store.requests.clear();
    allowing.copyObject(replacing(b -> {}));
    assertThat(requests()).contains("PUT If-Match").doesNotContain("PUT copy");
    assertThat(get(s3, b -> {})).isEqualTo(TEXT);
  }

  @Test
  void aProbeThatWasForbiddenIsMadeAgain() {
    put(s3, b -> {});
    store.forbidden = ".claviger-probe-";
    s3.copyObject(replacing(b -> {}));
    assertThat(requests()).contains("POST upload If-Match").doesNotContain("PUT copy If-Match");
    store.forbidden = null;
    store.requests.clear();
    CopyObjectResponse answer = s3.copyObject(replacing(b -> {}));
    assertThat(requests()).contains("PUT copy If-Match").doesNotContain("POST upload If-Match");
    assertReplaced(answer);
  }

  /** A gateway may keep its buckets in different stores. */
  @Test
  void eachBucketIsProbed() {
    put(s3, b -> {});
    s3.copyObject(replacing(b -> {}));
    store.ignoresIfMatchOfCopies = true;
    put(s3, b -> b.bucket("other"));
    store.requests.clear();
    s3.copyObject(replacing(b -> b.sourceBucket("other").destinationBucket("other")));
    assertThat(requests()).contains("POST upload If-Match").doesNotContain("PUT copy If-Match");
    assertThat(get(s3, b -> b.bucket("other"))).isEqualTo(TEXT);
  }

  /** The version null of a bucket that got versions later; a copy makes it current again. */
  @Test
  void anOldVersionNullIsAnotherObject() throws Exception {
    SealedParts sealed = SealedParts.single("b", "k", Shape.bytes(100));
    AtomicReference<PartStore.Seen> last = new AtomicReference<>();
    try (PartStore versions = new PartStore();
        S3Client client = Clients.with(versions.endpoint(), TestKeys.interceptor().build())) {
      versions.put("b/k", PartStore.Stored.whole(sealed.body(), sealed.metadata(), "old"));
      versions.before = last::set;
      versions.lie =
          answer -> {
            if (last.get().method().equals("PUT")) {
              String xml = "<CopyObjectResult><ETag>\"0\"</ETag></CopyObjectResult>";
              return answer.withBody(xml.getBytes(UTF_8));
            }
            return last.get().query().contains("versionId=null")
                ? answer.with("x-amz-version-id", "null")
                : answer.with("x-amz-version-id", "newer").with("ETag", "\"newer\"");
          };
      client.copyObject(replacing(b -> b.sourceVersionId("null")));
      assertThat(versions.requests)
          .as("no probe, and no condition on what is current")
          .extracting(PartStore.Seen::method)
          .containsExactly("HEAD", "HEAD", "PUT");
      assertThat(last.get().headers()).doesNotContainKey("If-Match");
    }
  }

  @Test
  void everyRequestOfACopyCarriesPayerAndOwner() {
    store.ignoresIfMatchOfCopies = true;
    put(s3, b -> {});
    store.requests.clear();
    s3.copyObject(
        replacing(
            b ->
                b.requestPayer(RequestPayer.REQUESTER)
                    .expectedBucketOwner("123456789012")
                    .expectedSourceBucketOwner("123456789012")));
    assertThat(requests()).contains("PUT probe", "DELETE probe", "POST upload If-Match");
    assertThat(store.requests)
        .allSatisfy(
            r ->
                assertThat(r.headers())
                    .as("%s %s", r.method(), r.path())
                    .containsEntry("x-amz-request-payer", "requester")
                    .containsEntry("x-amz-expected-bucket-owner", "123456789012"));
  }
}
