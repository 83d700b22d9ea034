package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** What belongs to an object and not to its bytes is set again when it is re-wrapped in place. */
class RewrapKeepsTest extends RefusalCalls {
  private static final Map<String, String> OF_THE_OBJECT =
      Map.of(
          "x-amz-object-lock-mode", "COMPLIANCE",
          "x-amz-object-lock-retain-until-date", "2031-02-03T04:05:06Z",
          "x-amz-object-lock-legal-hold", "ON",
          "x-amz-object-lock-event-hold", "ON",
          "x-amz-object-lock-event-hold-duration-days", "7",
          "x-amz-storage-class", "STANDARD_IA",
          "x-amz-website-redirect-location", "/elsewhere");

  private Map<String, String> sentBy(Runnable rewrap) {
    put(s3, b -> {});
    OF_THE_OBJECT.forEach(
        (name, value) -> store.objects.computeIfPresent("/b/k", (k, o) -> o.with(name, value)));
    rewrap.run();
    return store.requests.get(store.requests.size() - 1).headers();
  }

  @Test
  void whereItLies() {
    Map<String, String> sent = sentBy(() -> Rewrap.with(s3).object("b", "k"));
    assertThat(sent)
        .containsAllEntriesOf(OF_THE_OBJECT)
        .containsEntry("If-Match", sent.get("x-amz-copy-source-if-match"));
    assertThat(get(s3, b -> {})).isEqualTo(TEXT);
  }

  @Test
  void underAnotherNameItHasNoLocks() {
    Map<String, String> sent = sentBy(() -> Rewrap.with(s3).object("b", "k", "b", "renamed"));
    assertThat(sent)
        .containsEntry("x-amz-storage-class", "STANDARD_IA")
        .containsEntry("x-amz-website-redirect-location", "/elsewhere")
        .doesNotContainKeys(
            "x-amz-object-lock-mode",
            "x-amz-object-lock-legal-hold",
            "x-amz-object-lock-event-hold",
            "If-Match");
    assertThat(get(s3, b -> b.key("renamed"))).isEqualTo(TEXT);
  }

  @Test
  void aCopyOfTheCallersHasWhatTheCallerSays() {
    S3Client client = client(o -> {});
    Map<String, String> sent = sentBy(() -> copy(client, b -> b.storageClass("GLACIER_IR")));
    assertThat(sent)
        .containsEntry("x-amz-storage-class", "GLACIER_IR")
        .doesNotContainKeys("x-amz-object-lock-mode", "x-amz-object-lock-legal-hold");
  }
}
