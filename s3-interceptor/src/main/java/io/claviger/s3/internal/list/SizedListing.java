package io.claviger.s3.internal.list;

import io.claviger.s3.internal.list.PlainSizeFinder.Item;
import io.claviger.s3.internal.wire.RequestNames;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Puts plaintext sizes into listings of objects; {@link PlainSizeFinder} finds them.
 *
 * <p>Synchronous clients: the sizes are looked up when the answer is there. Asynchronous clients:
 * the answer comes on a thread that may not block, so its body is held until the sizes were found,
 * and the answer only takes them.
 */
final class SizedListing {
  private final PlainSizeFinder sizes;
  private final SdkRequest request;
  private final String bucket;
  private final @Nullable S3Client client;

  /** Asks while the body is held, null where it is not. */
  private final @Nullable S3Client ahead;

  /** Whether the sizes stay as they are. */
  private final boolean asStored;

  private volatile Map<Item, Long> found = Map.of();

  /** The keys of the answer as the store sent them. */
  private Set<String> sent = Set.of();

  private SizedListing(
      PlainSizeFinder sizes,
      SdkRequest request,
      @Nullable S3Client client,
      @Nullable S3Client ahead,
      boolean asStored) {
    this.asStored = asStored;
    this.sizes = sizes;
    this.request = request;
    this.bucket = RequestNames.of(request).bucket();
    this.client = client;
    this.ahead = ahead;
  }

  /** For synchronous clients: asks when the answer is there. */
  static SizedListing later(PlainSizeFinder sizes, SdkRequest request, S3Client client) {
    return new SizedListing(sizes, request, client, null, false);
  }

  /** For sizes that need no request. */
  static SizedListing withoutAsking(PlainSizeFinder sizes, SdkRequest request) {
    return new SizedListing(sizes, request, null, null, false);
  }

  /** For asynchronous clients: asks when the body is there, which {@link #prepare} gets. */
  static SizedListing ahead(PlainSizeFinder sizes, SdkRequest request, S3Client client) {
    return new SizedListing(sizes, request, null, client, false);
  }

  /** For sizes that are left as the store has them. */
  static SizedListing asStored(PlainSizeFinder sizes, SdkRequest request) {
    return new SizedListing(sizes, request, null, null, true);
  }

  /** Finds the sizes of what the body of an answer names. Blocks. */
  void prepare(byte[] xml) {
    S3Client asking = ahead;
    if (asking != null) {
      found = sizes.of(ListedItems.of(bucket, xml), asking, request);
    }
  }

  /** Whether the body of an answer is to be given to {@link #prepare} first. */
  boolean isPrepared() {
    return ahead != null;
  }

  /** Notes the answer before the SDK or another interceptor changes it. */
  void read(SdkResponse answer) {
    sent = isEncoded(answer) ? keys(answer) : Set.of();
  }

  private static boolean isEncoded(SdkResponse answer) {
    return answer
        .getValueForField("EncodingType", String.class)
        .filter(EncodingType.URL.toString()::equals)
        .isPresent();
  }

  /**
   * Whether the keys are still URL-encoded: the SDK decodes them by an interceptor, which comes
   * after an interceptor of the client and before one that the whole class path has. Decoding makes
   * a key shorter or leaves it, so that keys of which all were sent are not decoded yet.
   */
  private boolean isStillEncoded(SdkResponse answer) {
    return isEncoded(answer) && sent.containsAll(keys(answer));
  }

  private static Set<String> keys(SdkResponse answer) {
    if (answer instanceof ListObjectsV2Response r) {
      return r.contents().stream().map(S3Object::key).collect(Collectors.toSet());
    }
    if (answer instanceof ListObjectsResponse r) {
      return r.contents().stream().map(S3Object::key).collect(Collectors.toSet());
    }
    ListObjectVersionsResponse r = (ListObjectVersionsResponse) answer;
    return r.versions().stream().map(ObjectVersion::key).collect(Collectors.toSet());
  }

  private List<Item> items(SdkResponse answer, boolean encoded) {
    if (answer instanceof ListObjectsV2Response r) {
      return r.contents().stream().map(o -> item(o, encoded)).toList();
    }
    if (answer instanceof ListObjectsResponse r) {
      return r.contents().stream().map(o -> item(o, encoded)).toList();
    }
    ListObjectVersionsResponse r = (ListObjectVersionsResponse) answer;
    return r.versions().stream().map(v -> item(v, encoded)).toList();
  }

  private Item item(S3Object o, boolean encoded) {
    return new Item(bucket, key(o.key(), encoded), null, o.eTag(), stored(o.size()));
  }

  private Item item(ObjectVersion v, boolean encoded) {
    return new Item(bucket, key(v.key(), encoded), v.versionId(), v.eTag(), stored(v.size()));
  }

  private static long stored(@Nullable Long size) {
    return size == null ? -1 : size;
  }

  private static String key(String key, boolean encoded) {
    return encoded ? URLDecoder.decode(key, StandardCharsets.UTF_8) : key;
  }

  /** Returns {@code answer} with plaintext sizes. */
  SdkResponse sized(SdkResponse answer) {
    List<Item> items = items(answer, isStillEncoded(answer));
    sizes.note(items);
    if (asStored) {
      return answer;
    }
    Map<Item, Long> plain = new HashMap<>(found);
    plain.putAll(sizes.of(items, client, request));
    Iterator<Long> next =
        items.stream().map(i -> plain.getOrDefault(i, i.storedBytes())).iterator();
    if (answer instanceof ListObjectsV2Response r) {
      return r.toBuilder().contents(withSizes(r.contents(), next)).build();
    }
    if (answer instanceof ListObjectsResponse r) {
      return r.toBuilder().contents(withSizes(r.contents(), next)).build();
    }
    ListObjectVersionsResponse r = (ListObjectVersionsResponse) answer;
    return r.toBuilder()
        .versions(r.versions().stream().map(v -> v.toBuilder().size(shown(next)).build()).toList())
        .build();
  }

  private static List<S3Object> withSizes(List<S3Object> objects, Iterator<Long> next) {
    return objects.stream().map(o -> o.toBuilder().size(shown(next)).build()).toList();
  }

  private static @Nullable Long shown(Iterator<Long> next) {
    long size = next.next();
    return size < 0 ? null : size;
  }
}
