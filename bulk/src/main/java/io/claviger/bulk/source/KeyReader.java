package io.claviger.bulk.source;

import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Current versions of objects, page by page. A position is the key. */
final class KeyReader implements UnitReader {
  private final S3Client client;
  private final Pace pace;
  private final ListingSource source;
  private final @Nullable String upTo;
  private final @Nullable String startAfter;
  private final PageOrder order;
  private Iterator<S3Object> page = List.<S3Object>of().iterator();
  private @Nullable String token;
  private boolean more = true;
  private String position = "";

  KeyReader(
      S3Client client, Pace pace, ListingSource source, UnitRange range, @Nullable String after) {
    this.client = client;
    this.pace = pace;
    this.source = source;
    this.upTo = range.upTo();
    this.startAfter = after == null ? range.after() : after;
    this.order = new PageOrder(source.name(), startAfter);
  }

  @Override
  public @Nullable Unit next() {
    while (!page.hasNext()) {
      if (!more) {
        return null;
      }
      read();
    }
    S3Object object = page.next();
    order.key(object.key(), false);
    if (upTo != null && Keys.compare(object.key(), upTo) > 0) {
      more = false;
      page = List.<S3Object>of().iterator();
      return null;
    }
    position = object.key();
    return new Unit(
        source.bucket(),
        object.key(),
        null,
        object.size() == null ? Unit.UNKNOWN_SIZE : object.size(),
        object.storageClassAsString());
  }

  private void read() {
    pace.beforeStore(1);
    ListObjectsV2Response answer =
        client.listObjectsV2(
            b ->
                b.bucket(source.bucket())
                    .prefix(source.prefix())
                    .startAfter(startAfter)
                    .encodingType(EncodingType.URL) // XML has no place for every key
                    .continuationToken(token));
    more = Boolean.TRUE.equals(answer.isTruncated());
    if (more) {
      token = order.token(answer.nextContinuationToken());
      if (answer.contents().isEmpty()) {
        order.emptyPage();
      }
    }
    page = answer.contents().iterator();
  }

  @Override
  public String position() {
    return position;
  }
}
