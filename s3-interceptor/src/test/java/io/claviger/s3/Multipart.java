package io.claviger.s3;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;

/** One multipart upload as an application makes it. */
final class Multipart {
  /** Plaintext of the largest part that is stored in less than 5 MiB. */
  static final int SMALL = 5_240_221;

  /** Plaintext of the smallest part that is not. */
  static final int LARGE = SMALL + 1;

  private final S3Client s3;
  final String bucket;
  final String key;
  final String id;

  private Multipart(S3Client s3, String bucket, String key, String id) {
    this.s3 = s3;
    this.bucket = bucket;
    this.key = key;
    this.id = id;
  }

  static Multipart create(S3Client s3, String bucket, String key) {
    return create(s3, bucket, key, b -> {});
  }

  static Multipart create(
      S3Client s3, String bucket, String key, Consumer<CreateMultipartUploadRequest.Builder> more) {
    String id =
        s3.createMultipartUpload(b -> more.andThen(c -> c.bucket(bucket).key(key)).accept(b))
            .uploadId();
    return new Multipart(s3, bucket, key, id);
  }

  /** The same upload through another client: another process. */
  Multipart through(S3Client other) {
    return new Multipart(other, bucket, key, id);
  }

  Multipart withId(String other) {
    return new Multipart(s3, bucket, key, other);
  }

  String storeId() {
    return id.substring(0, id.lastIndexOf(".claviger1."));
  }

  CompletedPart part(int number, byte[] plain) {
    String eTag =
        s3.uploadPart(
                b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                RequestBody.fromBytes(plain))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }

  /** Uploads a part under a customer-provided key. */
  CompletedPart part(int number, byte[] plain, CustomersKey key) {
    String eTag =
        s3.uploadPart(
                b ->
                    b.bucket(bucket)
                        .key(this.key)
                        .uploadId(id)
                        .partNumber(number)
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(key.key())
                        .sseCustomerKeyMD5(key.md5()),
                RequestBody.fromBytes(plain))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }

  List<CompletedPart> parts(byte[]... plain) {
    List<CompletedPart> parts = new ArrayList<>();
    for (byte[] part : plain) {
      parts.add(part(parts.size() + 1, part));
    }
    return parts;
  }

  CompleteMultipartUploadResponse complete(List<CompletedPart> parts) {
    return complete(parts, b -> {});
  }

  CompleteMultipartUploadResponse complete(
      List<CompletedPart> parts, Consumer<CompleteMultipartUploadRequest.Builder> more) {
    return s3.completeMultipartUpload(
        b ->
            more.andThen(
                    c ->
                        c.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)))
                .accept(b));
  }

  void abort() {
    s3.abortMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
