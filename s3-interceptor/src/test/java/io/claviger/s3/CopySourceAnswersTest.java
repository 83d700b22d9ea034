package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/** Copies whose store answers for the source as no store should. */
class CopySourceAnswersTest extends RefusalCalls {
  private List<ThrowingCallable> copies() {
    return List.of(
        () ->
            s3.copyObject(
                b ->
                    b.sourceBucket("b")
                        .sourceKey("k")
                        .destinationBucket("b")
                        .destinationKey("k")
                        .metadataDirective(MetadataDirective.REPLACE)),
        () ->
            s3.copyObject(
                b ->
                    b.sourceBucket("b")
                        .sourceKey("k")
                        .destinationBucket("b")
                        .destinationKey("copy")),
        () -> Rewrap.with(s3).object("b", "k"));
  }

  private void refused(Failure failure) {
    TinyStore.Stored before = store.object("b/k");
    for (ThrowingCallable copy : copies()) {
      assertThat(catchThrowable(copy))
          .isInstanceOfSatisfying(
              ClavigerS3Exception.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }
    assertThat(store.objects).containsOnlyKeys("/b/k");
    assertThat(store.object("b/k")).isEqualTo(before);
  }

  @Test
  void aSourceWithoutLengthIsRefused() {
    put(s3, b -> {});
    store.hidesLengths = true;
    refused(Failure.PROTOCOL);
  }

  @Test
  void anEnvelopeThatIsThereTwiceIsRefused() {
    put(s3, b -> {});
    store.doublesHeaders = true;
    refused(Failure.NOT_AUTHENTIC);
  }
}
