package io.claviger.s3.internal.list;

import io.claviger.format.Layout;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.list.PlainSizeFinder.Item;
import io.claviger.s3.internal.stored.PartWalk;
import io.claviger.s3.internal.stored.StoredVersion;
import io.claviger.s3.internal.wire.RequestFields;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;

/**
 * What one request says of a listed object: its metadata, and the bytes where the header is
 * supposed that says its size.
 *
 * @param answer headers of the answer
 * @param storedOffset where the bytes were asked for
 * @param bytes none of an archived object
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SizeProbe(SdkHttpHeaders answer, long storedOffset, byte[] bytes) {
  /** Asks the store. */
  static SizeProbe of(Item item, S3Client client, SdkRequest callers) {
    long offset = PartWalk.firstPlace(item.storedBytes(), StoredVersion.storedParts(item.eTag()));
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(item.bucket())
            .key(item.key())
            .versionId(item.versionId())
            .ifMatch(item.eTag())
            .range("bytes=" + offset + "-" + (offset + Layout.PROLOGUE_BYTES - 1))
            .requestPayer(RequestFields.text(callers, "RequestPayer"))
            .expectedBucketOwner(RequestFields.text(callers, "ExpectedBucketOwner"))
            .overrideConfiguration(SubRequests.raw(callers))
            .build();
    try {
      ResponseInputStream<GetObjectResponse> in = client.getObject(request);
      byte[] bytes = in.readNBytes(Layout.PROLOGUE_BYTES);
      if (in.response().sdkHttpResponse().statusCode() == 206) {
        in.close();
      } else {
        in.abort(); // a store that ignores ranges sends all of it
        offset = 0;
      }
      return new SizeProbe(in.response().sdkHttpResponse(), offset, bytes);
    } catch (InvalidObjectStateException e) {
      return ofArchived(item, client, callers);
    } catch (IOException e) {
      throw RetryableException.create(
          item.key() + ": the connection broke while the header of a part was read", e);
    }
  }

  /** An archived object has metadata, and no bytes. */
  private static SizeProbe ofArchived(Item item, S3Client client, SdkRequest callers) {
    return new SizeProbe(
        client
            .headObject(
                b ->
                    b.bucket(item.bucket())
                        .key(item.key())
                        .versionId(item.versionId())
                        .ifMatch(item.eTag())
                        .requestPayer(RequestFields.text(callers, "RequestPayer"))
                        .expectedBucketOwner(RequestFields.text(callers, "ExpectedBucketOwner"))
                        .overrideConfiguration(SubRequests.raw(callers)))
            .sdkHttpResponse(),
        0,
        new byte[0]);
  }
}
