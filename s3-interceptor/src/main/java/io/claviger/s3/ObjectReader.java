package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ForeignS3ec;
import io.claviger.format.FormatException;
import io.claviger.kms.KmsException;
import io.claviger.s3.KnownLayout.Stretch;
import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.RangePlan.Stored;
import io.claviger.s3.S3Operations.Action;
import io.claviger.s3.SealedObjects.Described;
import io.claviger.s3.SealedObjects.Seen;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Opens what GetObject and HeadObject receive: lengths, ranges and parts are proved before they are
 * told. Calls the key management service once for each answer, and the store for headers of parts
 * that are not known yet.
 */
class ObjectReader extends OperationHooks {
  /** What is read on rather than asked for anew, when a body begins before what is wanted. */
  static final long MAX_SKIPPED_BYTES = 4 << 20;

  final Settings settings;
  final SealedObjects objects;
  private final PlaintextReader plaintext;

  ObjectReader(Settings settings, SealedObjects objects) {
    this.settings = settings;
    this.objects = objects;
    this.plaintext = new PlaintextReader(settings, objects, this::forget);
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    Reading.begin(call, context.request(), settings);
  }

  /** Plans which stored bytes to ask for, by what is known of the object. */
  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    Reading reading = call.reading();
    Integer part = reading.partNumber();
    RangePlan range = reading.range();
    KnownLayout known = objects.known(call);
    if (part != null) {
      planPart(call, part, known, attributes);
    } else if (range != null && known != null) {
      Slice slice = range.within(known.parts().plainBytes());
      Stretch stretch = slice == null ? null : known.supposed(slice);
      if (stretch == null) {
        reading.sendCold(range, settings.allowsPlaintext());
      } else {
        reading.send(known.version(), stretch, settings.allowsPlaintext());
      }
    } else if (range != null) {
      reading.sendCold(range, settings.allowsPlaintext());
    }
    return request;
  }

  /**
   * A part can be asked for only where its place is known. Where it is not, the store is asked
   * ahead; but not for part 1 of an object that must be sealed, which every object begins with.
   */
  private void planPart(
      Call call, int part, @Nullable KnownLayout known, ExecutionAttributes attributes) {
    boolean get = call.action() == Action.OPEN;
    if (!settings.allowsPlaintext()) {
      Stretch stretch = known == null || !get ? null : known.supposedPart(part);
      if (known != null && stretch != null) {
        call.reading().send(known.version(), stretch, false);
        return;
      }
      if (!get || part == 1) {
        return;
      }
    }
    guarded(
        call,
        () -> {
          SealedObject object = objects.ask(call, attributes);
          if (object == null) {
            call.reading().sendPartNumber();
          } else if (get) {
            SealedObject.Part found = object.part(part);
            Slice slice = found == null ? null : found.slice();
            Stretch stretch = slice == null ? null : object.covering(slice);
            call.reading().send(object.version, stretch, false);
          }
          return call;
        });
  }

  /** Asks for the stored bytes that the caller's range or part needs. */
  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    Reading reading = call.reading();
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings.options().sseParameters());
    out.removeHeader(ObjectHeaders.RANGE);
    if (reading.storedRange() != null) {
      out.putHeader(ObjectHeaders.RANGE, reading.storedRange());
    }
    if (!reading.storesOwnPart()) {
      out.removeQueryParameter(ObjectHeaders.PART_NUMBER);
    }
    return out.build();
  }

  /**
   * A 416 says that the object ends before the range: a length, which the store must not make up.
   */
  @Override
  boolean answers(SdkHttpResponse response) {
    return super.answers(response) || response.statusCode() == Answers.NOT_SATISFIABLE;
  }

  /** Proves an answer and rewrites its headers; the body follows by the call's body plan. */
  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    return guarded(
        call,
        () -> {
          if (response.statusCode() == Answers.NOT_SATISFIABLE) {
            return EndProof.answer(
                call, response, body, () -> describe(call, attributes), plaintext, attributes);
          }
          Answers.requireMatch(call, response);
          Map<String, String> metadata = UserMetadata.of(response);
          if (ForeignS3ec.wrote(metadata) && !EncryptionService.isSealed(metadata)) {
            return ForeignObjects.answer(call, response, metadata, Answers.length(call, response));
          }
          if (!EncryptionService.isSealed(metadata)) {
            return plaintext.answer(call, response, body, attributes);
          }
          Stored range = Answers.storedRange(call, response);
          long storedBytes = range == null ? Answers.length(call, response) : range.total();
          Seen seen = new Seen(response, metadata, storedBytes);
          return sealed(call, response, body, range, seen, attributes);
        });
  }

  /** Forgets what was kept of an object that was overwritten. */
  void forget(Call call) {
    objects.forget(call);
  }

  /** Returns the object as it is now, whatever was known of it. */
  Described describe(Call call, ExecutionAttributes attributes) {
    return objects.describe(call, attributes);
  }

  /** Answers with a sealed object; may ask the key management service and the store. */
  SdkHttpResponse sealed(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      @Nullable Stored range,
      Seen seen,
      ExecutionAttributes attributes) {
    return sealed(call, response, body, range, objects.of(call, seen, attributes));
  }

  static <T> T guarded(Call call, Supplier<T> work) {
    try {
      return work.get();
    } catch (FormatException e) {
      throw KeyFailures.whileReading(call.where(), e);
    } catch (KmsException e) {
      throw KeyFailures.whileReading(call.where(), e);
    }
  }

  static SdkHttpResponse sealed(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      @Nullable Stored range,
      SealedObject object) {
    call.owner().metadata().check(call, response, object.opener);
    Reading reading = call.reading();
    long plainBytes = object.plainBytes();
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    SseAnswer sse = SseAnswer.of(object.opener.declared(), call.customerKey);
    SseHeaders.answer(out, sse, call.settings().options().sseParameters());
    Integer number = reading.partNumber();
    if (number != null) {
      SealedObject.Part part = object.part(number);
      if (part == null) {
        return Answers.noSuchPart(call, out, body);
      }
      if (object.partCount() > 0) {
        ObjectHeaders.putPartsCount(out, object.partCount());
      }
      return slice(call, out, body, range, object, part.slice());
    }
    if (reading.range() == null) {
      if (range != null) {
        throw Answers.protocol(call, "a part of the object, though the whole was asked for");
      }
      return whole(call, out, object, plainBytes);
    }
    Slice slice = reading.range().within(plainBytes); // of a whole answer too: some ignore ranges
    return slice == null && !reading.range().isEndOfNothing(plainBytes)
        ? Answers.noSuchRange(call, out, body, plainBytes)
        : slice(call, out, body, range, object, slice);
  }

  private static SdkHttpResponse whole(
      Call call, SdkHttpResponse.Builder out, SealedObject object, long plainBytes) {
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(plainBytes));
    call.body =
        BodyPlan.opened(
            call.where(),
            stored ->
                BodyStream.opened(
                        call.where(), stored, plainBytes, 0, () -> object.openWhole(stored))
                    .onRefusal(object::forget),
            () -> object.wholeFeed(plainBytes),
            null);
    return out.build();
  }

  /**
   * Answers with a stretch: out of the body where it is there, else by a request of our own.
   *
   * @param range what the body holds, null for the whole object
   * @param slice null for a part or range without bytes
   */
  private static SdkHttpResponse slice(
      Call call,
      SdkHttpResponse.Builder out,
      @Nullable InputStream body,
      @Nullable Stored range,
      SealedObject object,
      @Nullable Slice slice) {
    if (slice == null) {
      Answers.abort(body);
      call.body = BodyPlan.instead(new byte[0]);
      out.removeHeader(ObjectHeaders.CONTENT_RANGE);
      return out.statusCode(200).putHeader(ObjectHeaders.CONTENT_LENGTH, "0").build();
    }
    Answers.putSlice(out, slice, object.plainBytes());
    if (call.action() != Action.OPEN) {
      return out.build();
    }
    Stretch stretch = object.covering(slice);
    long begin = range == null ? 0 : range.first();
    long end = range == null ? object.version.storedBytes() - 1 : range.last();
    long skip = stretch.first() - begin;
    if (skip >= 0 && skip <= MAX_SKIPPED_BYTES && stretch.last() <= end) {
      long surplus = end - stretch.last();
      call.body =
          BodyPlan.opened(
              call.where(),
              stored -> opened(call, stored, surplus, skip, object, stretch),
              () -> object.feed(skip, stretch),
              null);
    } else {
      call.body =
          BodyPlan.fetched(
              slice.bytes(), () -> opened(call, object.fetch(stretch), 0, 0, object, stretch));
    }
    return out.build();
  }

  private static InputStream opened(
      Call call,
      InputStream stored,
      long surplus,
      long skip,
      SealedObject object,
      Stretch stretch) {
    return BodyStream.opened(
            call.where(),
            stored,
            stretch.slice().bytes(),
            surplus,
            () -> object.open(new CutStream(stored, skip, stretch.bytes()), stretch))
        .onRefusal(object::forget);
  }
}
