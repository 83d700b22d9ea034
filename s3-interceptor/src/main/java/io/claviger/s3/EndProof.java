package io.claviger.s3;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What becomes of a 416 of the store. Whoever reads on until the end takes it for the end, so it is
 * told only when the proved length says so. It carries no envelope: the object is asked for anew by
 * a HEAD. Answers of asynchronous clients come on event loops, which may not wait; their requests
 * are planned by what was proved before.
 */
final class EndProof {
  private EndProof() {}

  /**
   * Returns S3's answer to a range or part that the object does not have, told of the plaintext.
   *
   * @throws ClavigerS3Exception PROTOCOL if the object has it
   */
  static SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      SealedObjects objects,
      ExecutionAttributes attributes) {
    Reading reading = call.reading();
    RangePlan range = reading.range();
    Integer number = reading.partNumber();
    if (range == null && number == null) {
      throw Answers.protocol(call, "status 416, though the whole was asked for");
    }
    SealedObject object =
        call.async || reading.storesOwnPart() ? null : objects.ask(call, attributes);
    if (object == null) {
      return response;
    }
    if (number != null && object.part(number) == null) {
      return Answers.noSuchPart(call, response.toBuilder(), body);
    }
    if (range != null && range.within(object.plainBytes()) == null) {
      return Answers.noSuchRange(call, response.toBuilder(), body, object.plainBytes());
    }
    throw Answers.protocol(call, "status 416 to bytes that the object has");
  }
}
