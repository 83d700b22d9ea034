package io.claviger.cli.key;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All pages of a listing as one. */
final class KeyPages {
  private KeyPages() {}

  /**
   * Asks {@code pages} for one after the other.
   *
   * @param state only keys in this state, null for all
   * @param usage only keys of this usage, null for all
   */
  static ListKeysResult all(
      Function<ListKeysRequest, ListKeysResult> pages,
      @Nullable KeyState state,
      @Nullable KeyUsage usage) {
    List<KeyMetadata> keys = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    String marker = null;
    do {
      ListKeysResult page =
          pages.apply(new ListKeysRequest(ListKeysRequest.MAX_LIMIT, marker, state, usage));
      keys.addAll(page.keys());
      damaged.addAll(page.damagedKeyIds());
      marker = page.nextMarker();
    } while (marker != null);
    return new ListKeysResult(keys, null, damaged);
  }
}
