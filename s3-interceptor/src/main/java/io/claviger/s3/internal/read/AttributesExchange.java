package io.claviger.s3.internal.read;

import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.SseHeaders;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesParts;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;

/**
 * GetObjectAttributes with the sizes of the plaintext, proved, and without checksums, which would
 * be of sealed bytes. The answer may come on a thread that may not wait, so everything is asked
 * ahead: a HEAD, and the headers of parts that are not known yet.
 */
public final class AttributesExchange extends Exchange {
  private static final int MAX_PARTS = 1000;

  private final SealedObjects objects;
  private final Reading reading;

  /** What is returned, null for an object that is not sealed. */
  private @Nullable Described described;

  public AttributesExchange(Beginning begun, SealedObjects objects) {
    super(begun);
    this.objects = objects;
    this.reading = new Reading(this, begun.request());
  }

  /**
   * What the answer reports of an object.
   *
   * @param eTag of the object that was asked ahead
   * @param plainBytes its length
   * @param parts a page of its parts, null for an object that was stored at once
   * @param request what the caller asked for
   */
  private record Described(
      String eTag,
      long plainBytes,
      @Nullable GetObjectAttributesParts parts,
      GetObjectAttributesRequest request) {}

  @Override
  protected void check(Context.BeforeExecution context) {
    reading.check();
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    GetObjectAttributesRequest asked = (GetObjectAttributesRequest) request;
    SealedObject object = CallerExceptions.reading(where(), () -> objects.ask(reading));
    if (object == null) {
      return request;
    }
    described =
        CallerExceptions.reading(
            where(),
            () ->
                new Described(
                    ETags.bare(object.version.eTag()),
                    object.plainBytes(),
                    asked.objectAttributes().contains(ObjectAttributes.OBJECT_PARTS)
                        ? page(object, asked)
                        : null,
                    asked));
    List<String> wanted = new ArrayList<>(asked.objectAttributesAsStrings());
    if (!wanted.contains(ObjectAttributes.E_TAG.toString())) {
      wanted.add(ObjectAttributes.E_TAG.toString());
    }
    return asked.toBuilder().objectAttributesWithStrings((Collection<String>) wanted).build();
  }

  private static @Nullable GetObjectAttributesParts page(
      SealedObject object, GetObjectAttributesRequest asked) {
    int count = object.partCount();
    if (count == 0) {
      return null;
    }
    int marker = Objects.requireNonNullElse(asked.partNumberMarker(), 0);
    int most = Math.min(MAX_PARTS, Objects.requireNonNullElse(asked.maxParts(), MAX_PARTS));
    int last = Math.max(marker, Math.min(count, marker + most));
    List<ObjectPart> parts = new ArrayList<>();
    for (int number = marker + 1; number <= last; number++) {
      SealedObject.Part part = Objects.requireNonNull(object.part(number));
      parts.add(ObjectPart.builder().partNumber(number).size(part.bytes()).build());
    }
    return GetObjectAttributesParts.builder()
        .totalPartsCount(count)
        .partNumberMarker(marker)
        .nextPartNumberMarker(last)
        .maxParts(most)
        .isTruncated(last < count)
        .parts(parts.isEmpty() ? null : parts) // a page behind the last lists none
        .build();
  }

  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings().options().sseParameters());
    return out.build();
  }

  @Override
  protected SdkResponse result(SdkResponse response) {
    if (described == null) {
      return response;
    }
    GetObjectAttributesResponse answer = (GetObjectAttributesResponse) response;
    if (!described.eTag().equals(ETags.bare(answer.eTag()))) {
      throw RetryableException.create(
          where() + ": the object was overwritten while its attributes were read. Repeat the call");
    }
    List<ObjectAttributes> wanted = described.request().objectAttributes();
    return answer.toBuilder()
        .eTag(wanted.contains(ObjectAttributes.E_TAG) ? answer.eTag() : null)
        .checksum((software.amazon.awssdk.services.s3.model.Checksum) null)
        .objectSize(
            wanted.contains(ObjectAttributes.OBJECT_SIZE) ? (Long) described.plainBytes() : null)
        .objectParts(described.parts())
        .build();
  }
}
