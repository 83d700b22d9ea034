package io.claviger.backend.local;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose records the disk did not give when they were needed: the others work, so calls
 * cannot show it, and a health check says it.
 *
 * <p>Threads: safe.
 */
final class UnreadableKeys {
  private static final int MOST_TRIED = 16;

  private final NavigableSet<String> keyIds = new ConcurrentSkipListSet<>();

  /** Carries out a read of a key's record and takes note of how it ends. */
  <T> T watch(String keyId, Supplier<T> read) {
    try {
      T found = read.get();
      keyIds.remove(keyId);
      return found;
    } catch (KmsException e) {
      if (RecordFile.isUnreadable(e)) {
        keyIds.add(keyId);
      } else {
        keyIds.remove(keyId);
      }
      throw e;
    }
  }

  /** Tries some of them again; CORRUPT_RECORD, naming them, if they cannot be read. */
  void check(Consumer<String> read) {
    List<String> failed = new ArrayList<>();
    KmsException last = null;
    for (String keyId : keyIds) {
      KmsException failure = failure(keyId, read);
      if (failure != null) {
        failed.add(keyId);
        last = failure;
      }
      if (failed.size() == MOST_TRIED) {
        break;
      }
    }
    if (last != null) {
      int others = keyIds.size() - failed.size();
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the records of the keys %s%s cannot be read, and the other keys work. Of the last of them: %s"
              .formatted(
                  failed,
                  others > 0 ? " and perhaps of %d more".formatted(others) : "",
                  last.getMessage()),
          last);
    }
  }

  private @Nullable KmsException failure(String keyId, Consumer<String> read) {
    try {
      return watch(
          keyId,
          () -> {
            read.accept(keyId);
            return null;
          });
    } catch (KmsException e) {
      return RecordFile.isUnreadable(e) ? e : null;
    }
  }
}
