package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Each policy refuses what it is there to refuse; after each refusal the store is as it was. */
class PolicyRefusalsTest extends RefusalCalls {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:s3:us-east-1:123456789012:accesspoint/ap",
        "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
        "ap-abcdef-s3alias",
        "ap-abcdef-ext-s3alias",
        "ap-abcdef--ol-s3",
        "ap-abcdef--op-s3",
        "ap--usw2-az1--xa-s3"
      })
  void anAccessPointIsNoWayPastTheSealing(String accessPoint) {
    put(s3, b -> {});
    int sent = store.requests.size();
    for (S3Client each :
        List.of(s3, client(o -> o.includeBuckets("b")), client(o -> o.excludeBuckets("logs-*")))) {
      refused(Failure.BAD_REQUEST, "bucketAliases", () -> put(each, b -> b.bucket(accessPoint)));
      refused(Failure.BAD_REQUEST, "bucketAliases", () -> get(each, b -> b.bucket(accessPoint)));
      refused(
          Failure.BAD_REQUEST,
          "bucketAliases",
          () -> each.headObject(b -> b.bucket(accessPoint).key("k")));
      refused(
          Failure.BAD_REQUEST,
          "bucketAliases",
          () -> copy(each, b -> b.destinationBucket(accessPoint)));
    }
    assertThat(store.requests).as("nothing was sent").hasSize(sent);
  }

  @Test
  void aMappedAccessPointIsItsBucket() {
    S3Client mapped = client(o -> o.includeBuckets("b").bucketAlias("ap-s3alias", "b"));
    put(mapped, b -> b.bucket("ap-s3alias"));
    store.objects.put("/b/k", store.object("ap-s3alias/k"));
    assertThat(get(s3, b -> {})).isEqualTo(TEXT);
    assertThat(get(mapped, b -> b.bucket("ap-s3alias"))).isEqualTo(TEXT);
    S3Client excluding = client(o -> o.excludeBuckets("b").bucketAlias("ap-s3alias", "b"));
    assertThat(MockStore.get(excluding, "ap-s3alias", "k")).as("left alone").startsWith('C', 'L');
  }

  @Test
  void anEnvelopeThatBindsLessThanThePolicyAsksIsRefused() {
    for (NameBinding written : NameBinding.values()) {
      put(client(o -> o.names(written)), b -> {});
      for (NameBinding demanded : NameBinding.values()) {
        S3Client reader = client(o -> o.names(demanded));
        if (written.ordinal() <= demanded.ordinal()) {
          assertThat(get(reader, b -> {})).isEqualTo(TEXT);
          continue;
        }
        String both = "demands names=" + demanded.wireName();
        for (ThrowingCallable read :
            List.<ThrowingCallable>of(
                () -> get(reader, b -> {}),
                () -> get(reader, b -> b.range("bytes=1-2")),
                () -> reader.headObject(b -> b.bucket("b").key("k")),
                () -> copy(reader, b -> {}))) {
          assertThat(refused(Failure.POLICY, both, read).formatFailure())
              .contains(FormatException.Failure.NAMES_NOT_BOUND);
        }
      }
    }
  }

  @Test
  void anObjectMovedByAnotherToolIsRefusedWithBothNames() {
    put(s3, b -> {});
    store.objects.put("/b/moved", store.object("b/k"));
    store.objects.put("/other/k", store.object("b/k"));
    for (String[] moved : new String[][] {{"b", "moved"}, {"other", "k"}}) {
      String name = "s3://" + moved[0] + "/" + moved[1];
      for (ThrowingCallable read :
          List.<ThrowingCallable>of(
              () -> get(s3, b -> b.bucket(moved[0]).key(moved[1])),
              () -> get(s3, b -> b.bucket(moved[0]).key(moved[1]).range("bytes=1-2")),
              () -> s3.headObject(b -> b.bucket(moved[0]).key(moved[1])))) {
        assertThat(refused(Failure.NOT_AUTHENTIC, name, read)).hasMessageContaining("s3://b/k");
      }
      refused(
          Failure.NOT_AUTHENTIC,
          "s3://b/k",
          () -> copy(s3, b -> b.sourceBucket(moved[0]).sourceKey(moved[1])));
    }
    S3Client accepting = client(o -> o.acceptMoved(true));
    assertThat(get(accepting, b -> b.key("moved"))).isEqualTo(TEXT);
    assertThat(get(accepting, b -> b.bucket("other"))).isEqualTo(TEXT);
    S3Client aliased = client(o -> o.bucketAlias("other", "b"));
    assertThat(get(aliased, b -> b.bucket("other"))).isEqualTo(TEXT);
    refused(Failure.NOT_AUTHENTIC, "s3://b/k", () -> get(aliased, b -> b.key("moved")));
  }

  @Test
  void aKeyThatIsNotTrustedIsNotFollowed() {
    put(s3, b -> {});
    S3Client picky = client(o -> o.trustedKeyIds(TestKeys.OTHER_KEY));
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> get(picky, b -> {}),
            () -> get(picky, b -> b.range("bytes=1-2")),
            () -> picky.headObject(b -> b.bucket("b").key("k")),
            () -> copy(picky, b -> {}),
            () -> Rewrap.with(picky).object("b", "k"))) {
      assertThat(refused(Failure.POLICY, "trustedKeyIds", read).formatFailure())
          .contains(FormatException.Failure.UNTRUSTED_KEY);
    }
  }

  @Test
  void whatIsNotSealedIsNotRead() {
    store.objects.put("/b/k", new TinyStore.Stored(new byte[500], Map.of()));
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> get(s3, b -> {}),
            () -> get(s3, b -> b.range("bytes=1-2")),
            () -> s3.headObject(b -> b.bucket("b").key("k")),
            () -> copy(s3, b -> {}),
            () -> copy(s3, b -> b.destinationKey("k").metadataDirective("REPLACE")))) {
      refused(Failure.NOT_SEALED, "plaintextObjects", read);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "s3://b", "b/prefix", "b,c", "b c", "\u00fc"})
  void aPatternThatMatchesNoBucketIsRefused(String pattern) {
    for (Consumer<ClavigerInterceptorBuilder> option :
        List.<Consumer<ClavigerInterceptorBuilder>>of(
            o -> o.includeBuckets(pattern), o -> o.excludeBuckets(pattern))) {
      assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> client(option)))
          .hasMessageContaining("matches no bucket");
    }
  }

  @Test
  void noTrustedKeyIsNotEveryKey() {
    for (String[] ids : new String[][] {{}, {""}, {TestKeys.KEY, " "}}) {
      assertThat(
              catchThrowableOfType(
                  IllegalArgumentException.class, () -> client(o -> o.trustedKeyIds(ids))))
          .hasMessageContaining("trustedKeyIds");
    }
  }
}
