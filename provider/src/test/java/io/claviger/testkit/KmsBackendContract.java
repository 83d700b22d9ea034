package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract that every {@code KmsBackend} keeps, the shipped ones and yours: extend it, return a
 * fresh backend from {@link #newBackend()}, and JUnit runs every promise against it. Where {@code
 * capabilities()} says that a backend cannot do something, the contract asks that it is refused as
 * UNSUPPORTED_CAPABILITY.
 */
public abstract class KmsBackendContract extends LifecycleContract {
  private static final int KEYS = 25;

  /** For subclasses. */
  protected KmsBackendContract() {}

  @Test
  void pagesAreSortedFullAndComplete() {
    if (existingKeyId() != null) {
      assertThat(listed(ListKeysRequest.first())).containsExactly(existingKeyId());
      return;
    }
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String id = "key-%02d".formatted(i);
      KeyUsage usage = i % 5 == 0 ? KeyUsage.SIGN_VERIFY : KeyUsage.ENCRYPT_DECRYPT;
      ids.add(backend.createKey(CreateKeyRequest.named(id).withUsage(usage)).keyId());
      if (i % 2 == 0 && can().stateChanges()) {
        backend.disableKey(id);
      }
    }
    assertThat(listed(new ListKeysRequest(4, null, null, null))).hasSize(KEYS);
    int enabled = can().stateChanges() ? KEYS / 2 : KEYS;
    assertThat(listed(new ListKeysRequest(5, null, KeyState.ENABLED, null))).hasSize(enabled);
    assertThat(listed(new ListKeysRequest(1, null, null, KeyUsage.SIGN_VERIFY))).hasSize(KEYS / 5);
    List<String> sorted = ids.stream().sorted().toList();
    List<String> lastTwo = sorted.subList(KEYS - 2, KEYS);
    String marker = sorted.get(KEYS - 3);
    assertThat(listed(new ListKeysRequest(10, marker, null, null)))
        .as("the marker is exclusive")
        .containsExactlyElementsOf(lastTwo);
    assertThat(listed(new ListKeysRequest(10, marker + "1", null, null)))
        .as("the marker need not exist")
        .containsExactlyElementsOf(lastTwo);
  }

  private List<String> listed(ListKeysRequest request) {
    List<String> seen = new ArrayList<>();
    ListKeysRequest next = request;
    while (true) {
      ListKeysResult page = backend.listKeys(next);
      page.keys().stream().map(KeyMetadata::keyId).forEach(seen::add);
      @Nullable String marker = page.nextMarker();
      if (marker == null) {
        break;
      }
      assertThat(page.keys()).hasSize(request.limit());
      next = request.after(marker);
    }
    assertThat(seen).isSorted().doesNotHaveDuplicates();
    return seen;
  }

  @Test
  void descriptionAndTags() {
    String id = key("k");
    if (lacks(can().tagging(), () -> backend.updateDescription(id, "orders"))) {
      lacks(false, () -> backend.tagKey(id, Map.of("a", "1")));
      lacks(false, () -> backend.untagKey(id, Set.of("a")));
      return;
    }
    backend.updateDescription(id, "orders");
    backend.tagKey(id, Map.of("a", "1", "b", "2"));
    assertThat(backend.tagKey(id, Map.of("a", "3")).tags()).isEqualTo(Map.of("a", "3", "b", "2"));
    assertThat(backend.untagKey(id, Set.of("b", "c")).tags()).isEqualTo(Map.of("a", "3"));
    assertThat(backend.describeKey(new DescribeKeyRequest(id)).description()).isEqualTo("orders");
  }
}
