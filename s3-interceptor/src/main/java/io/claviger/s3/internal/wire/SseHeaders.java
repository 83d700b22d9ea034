package io.claviger.s3.internal.wire;

import io.claviger.s3.api.SseParameters;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/** The headers of encryption parameters, in requests and answers. */
public final class SseHeaders {
  /** S3's value for encryption without a named key, and the algorithm of customer-provided keys. */
  public static final String AES256 = "AES256";

  /** S3's value for encryption with a named key. */
  public static final String KMS = "aws:kms";

  static final String SSE = "x-amz-server-side-encryption";
  public static final String CUSTOMER = SSE + "-customer-";

  private static final String OF_COPY_SOURCE = "x-amz-copy-source-server-side-encryption";
  private static final String KEY_ID = SSE + "-aws-kms-key-id";
  private static final String BUCKET_KEY = SSE + "-bucket-key-enabled";
  private static final String CUSTOMER_ALGORITHM = CUSTOMER + "algorithm";
  private static final String CUSTOMER_KEY_MD5 = CUSTOMER + "key-MD5";

  private SseHeaders() {}

  /** Removes the caller's encryption parameters where they are not sent on. */
  public static void remove(SdkHttpRequest.Builder request, SseParameters mode) {
    if (!mode.sentOn()) {
      ObjectHeaders.removeStarting(request, SSE);
      ObjectHeaders.removeStarting(request, OF_COPY_SOURCE);
    }
  }

  /** Says in an answer what the object is sealed with, where the parameters are honoured here. */
  public static void answer(SdkHttpResponse.Builder response, SseAnswer sse, SseParameters mode) {
    if (mode.honoured()) {
      ObjectHeaders.hideStarting(response, SSE); // what the store says of its own encryption
      put(response, sse);
    }
  }

  /** Reports to the caller what the object is sealed with, in S3's terms. */
  private static void put(SdkHttpResponse.Builder response, SseAnswer sse) {
    String keyId = sse.keyId();
    if (sse.isCustomer()) {
      response.putHeader(CUSTOMER_ALGORITHM, AES256);
      if (sse.customerKeyMd5() != null) {
        response.putHeader(CUSTOMER_KEY_MD5, sse.customerKeyMd5());
      }
      return;
    }
    response.putHeader(SSE, sse.sseAlgorithm());
    if (KMS.equals(sse.sseAlgorithm())) {
      if (keyId != null && !keyId.isEmpty()) {
        response.putHeader(KEY_ID, keyId);
      }
      if (sse.bucketKey()) {
        response.putHeader(BUCKET_KEY, "true");
      }
    }
  }
}
