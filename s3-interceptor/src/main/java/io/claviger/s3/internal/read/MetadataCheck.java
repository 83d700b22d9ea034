package io.claviger.s3.internal.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectOpener;
import io.claviger.format.CoveredHeader;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.wire.Covered;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpHeaders;

/**
 * Compares the user metadata and headers of answers with the metadata tags of the object (format
 * 3.1), and does what the option {@code metadata} says.
 *
 * <p>Threads: safe. Never blocks.
 */
public final class MetadataCheck {
  private static final Logger LOG = LoggerFactory.getLogger("io.claviger.s3.ClavigerInterceptor");
  private static final Logger AUDIT = LoggerFactory.getLogger("io.claviger.audit");

  /** Objects that were logged: many ranges of one object are logged once. */
  private static final int MOST_LOGGED = 1_000;

  private final ChangedMetadata mode;
  private final LongAdder changed = new LongAdder();
  private final Cache<String, Boolean> logged =
      Caffeine.newBuilder().maximumSize(MOST_LOGGED).executor(Runnable::run).build();

  public MetadataCheck(ChangedMetadata mode) {
    this.mode = mode;
  }

  /** Returns how many answers had user metadata or a header that the writer did not send. */
  public long changed() {
    return changed.sum();
  }

  /**
   * Compares the headers of an answer.
   *
   * @param answer the answer as the store gave it
   * @throws FormatException METADATA if one differs and such answers are to be refused
   */
  void check(Exchange call, SdkHttpHeaders answer, ObjectOpener opener) {
    if (mode == ChangedMetadata.IGNORE) {
      return;
    }
    Set<CoveredHeader> differing = opener.changedHeaders(Covered.of(answer));
    differing.removeAll(call.attempt().overridden());
    if (differing.isEmpty()) {
      return;
    }
    changed.increment();
    String names = differing.stream().map(CoveredHeader::text).collect(Collectors.joining(", "));
    AUDIT.info(
        "operation={} object=\"{}\" key=\"{}\" outcome=METADATA changed=\"{}\"",
        call.operation(),
        call.where(),
        opener.keyId(),
        names);
    String message =
        "%s: %s: not as it was stored. The object's bytes are not concerned. Store the object or its metadata again through Claviger"
            .formatted(call.where(), names);
    if (mode == ChangedMetadata.REFUSE) {
      throw new FormatException(Failure.METADATA, message + ", or set the option metadata to WARN");
    }
    if (logged.asMap().putIfAbsent(call.where() + names, true) == null) {
      LOG.warn("{}; the option metadata REFUSE makes this an error", message);
    }
  }
}
