package io.claviger.backend.keyring;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.Function;

/** Pages of keys: filters never make a page short, damaged records never hide the others. */
public final class Pages {
  private Pages() {}

  /**
   * Returns a page of the keys {@code ids}.
   *
   * @param find describes a key, empty where there is none to be listed; CORRUPT_RECORD reports it
   *     as damaged
   */
  public static ListKeysResult of(
      NavigableSet<String> ids,
      Function<String, Optional<KeyMetadata>> find,
      ListKeysRequest request) {
    List<KeyMetadata> page = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    String marker = request.marker();
    for (String id : marker == null ? ids : ids.tailSet(marker, false)) {
      try {
        KeyMetadata found = find.apply(id).orElse(null);
        if (found == null
            || request.state() != null && request.state() != found.state()
            || request.usage() != null && request.usage() != found.usage()) {
          continue;
        }
        if (page.size() == request.limit()) {
          return new ListKeysResult(page, page.get(page.size() - 1).keyId(), damaged);
        }
        page.add(found);
      } catch (KmsException e) {
        if (e.kind() != ErrorKind.CORRUPT_RECORD) {
          throw e;
        }
        damaged.add(id);
      }
    }
    return new ListKeysResult(page, null, damaged);
  }
}
