package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.format.Layout;
import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.RangePlan.Stored;
import io.claviger.s3.S3Operations.Action;
import io.claviger.s3.SealedObjects.Described;
import io.claviger.s3.SealedObjects.Seen;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Opens what GetObject and HeadObject of an asynchronous client receive. What an answer needs is
 * obtained before the request; only the key of a whole object is obtained when its body is asked
 * for. Nothing waits on the thread that brings the answer, an event loop.
 */
final class AsyncObjectReader extends ObjectReader {
  private final Ahead ahead;

  AsyncObjectReader(Settings settings, SealedObjects objects) {
    super(settings, objects);
    this.ahead = new Ahead(objects);
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    Reading reading = call.reading();
    if (reading.asksForWhole()
        && call.action() == Action.OPEN
        && !Ahead.withoutRetries(attributes)) {
      return request;
    }
    return guarded(call, () -> planned(call, request, attributes));
  }

  private SdkRequest planned(Call call, SdkRequest request, ExecutionAttributes attributes) {
    Reading reading = call.reading();
    SealedObject object = ahead.plan(call, attributes);
    Slice slice = object == null ? null : Ahead.wanted(object, reading);
    if (object != null && slice != null) {
      boolean plaintextToo = reading.range() != null && settings.allowsPlaintext();
      reading.send(object.version, object.covering(slice), plaintextToo);
    } else if (reading.range() != null) {
      reading.sendCold(reading.range(), settings.allowsPlaintext());
    } else if (object != null && reading.partNumber() != null) {
      reading.send(object.version, null, false);
    } else if (object == null && reading.partNumber() != null && settings.allowsPlaintext()) {
      reading.sendPartNumber();
    }
    return request;
  }

  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    CrtFiles.refuseTarget(call, attributes);
    return super.rewrite(call, request, attributes);
  }

  @Override
  void attempt(Call call) {
    Ahead.await(call);
  }

  @Override
  void forget(Call call) {
    super.forget(call);
    ahead.forget(call);
  }

  /** Returns what was obtained ahead; never blocks. */
  @Override
  Described describe(Call call, ExecutionAttributes attributes) {
    return ahead.atEnd(call, attributes);
  }

  /** Answers by what was obtained ahead; never blocks. */
  @Override
  SdkHttpResponse sealed(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      @Nullable Stored range,
      Seen seen,
      ExecutionAttributes attributes) {
    StoredVersion version = seen.version(call);
    SealedObject object = Ahead.find(call, version);
    if (object != null) {
      return sealed(call, response, null, range, object);
    }
    boolean whole = call.action() == Action.OPEN && range == null && call.reading().asksForWhole();
    OptionalLong plainBytes = whole ? supposedBytes(call, seen, version) : OptionalLong.empty();
    if (plainBytes.isEmpty()) {
      throw ahead.again(call, seen, attributes);
    }
    return wholeLater(call, response, seen, plainBytes.getAsLong(), attributes);
  }

  /** Returns the length that an object has if it opens, empty where that is not known. */
  private OptionalLong supposedBytes(Call call, Seen seen, StoredVersion version) {
    if (EncryptionService.declared(seen.metadata()).single()) {
      return OptionalLong.of(Layout.plainBytes(seen.storedBytes()));
    }
    KnownLayout known = objects.known(call);
    return known != null && known.version().equals(version) && known.parts().isClosed()
        ? OptionalLong.of(known.parts().plainBytes())
        : OptionalLong.empty();
  }

  /**
   * A whole object whose key is obtained when its body is asked for, before the first byte is given
   * out. Length and encryption are told unproved; the body proves them, or fails.
   */
  private SdkHttpResponse wholeLater(
      Call call,
      SdkHttpResponse response,
      Seen seen,
      long plainBytes,
      ExecutionAttributes attributes) {
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    SseAnswer sse = SseAnswer.of(EncryptionService.declared(seen.metadata()), call.customerKey);
    SseHeaders.answer(out, sse, settings.options().sseParameters());
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(plainBytes));
    call.body =
        BodyPlan.opened(
            call.where(),
            stored -> stored,
            () -> {
              SealedObject object = objects.of(call, seen, attributes);
              call.owner().metadata().check(call, seen.answer(), object.opener);
              return object.wholeFeed(plainBytes);
            },
            Ahead.THREADS);
    return out.build();
  }
}
