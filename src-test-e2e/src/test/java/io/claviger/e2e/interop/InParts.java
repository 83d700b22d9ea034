package io.claviger.e2e.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.SdkPartType;

/** An upload in parts as the S3 Encryption Client wants it: in order, the last one said. */
final class InParts {
  /** Of every part but the last. */
  static final int PART = 5 << 20;

  /** Enough for three parts. */
  static final int LENGTH = 2 * PART + 1_000;

  private InParts() {}

  static void put(S3Client s3, String bucket, String key, byte[] plain) {
    String id = s3.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int from = 0; from < plain.length; from += PART) {
      byte[] part = Arrays.copyOfRange(plain, from, Math.min(plain.length, from + PART));
      int number = parts.size() + 1;
      boolean last = from + PART >= plain.length;
      String eTag =
          s3.uploadPart(
                  b ->
                      b.bucket(bucket)
                          .key(key)
                          .uploadId(id)
                          .partNumber(number)
                          .contentLength((long) part.length)
                          .sdkPartType(last ? SdkPartType.LAST : SdkPartType.DEFAULT),
                  RequestBody.fromBytes(part))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
    }
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
  }
}
