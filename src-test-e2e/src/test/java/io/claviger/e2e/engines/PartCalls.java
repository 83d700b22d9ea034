package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** Uploads in parts by a synchronous client. */
final class PartCalls {
  private static final int PART = 5 << 20;

  private final S3Client s3;
  private final String bucket;

  PartCalls(Clients clients) {
    this.s3 = clients.s3;
    this.bucket = clients.bucket;
  }

  List<Scenario> scenarios() {
    return List.of(
        new Scenario("upload in parts, out of order", this::upload),
        new Scenario("upload whose last part is large", this::closingPart),
        new Scenario("range across parts, and one part", this::range),
        new Scenario("copy of an object in parts", this::copy),
        new Scenario("part copied from another object", this::partCopy),
        new Scenario("parts and uploads are listed, an upload aborted", this::lists));
  }

  private String create(String key) {
    return s3.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
  }

  private CompletedPart part(String key, String id, int number, byte[] bytes) {
    String eTag =
        s3.uploadPart(
                b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                RequestBody.fromBytes(bytes))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }

  private void complete(String key, String id, List<CompletedPart> parts) {
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
  }

  private void requireBytes(String key, byte[] plain) {
    byte[] got = s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
    require(Arrays.equals(got, plain), key + " came back otherwise");
    same(
        s3.headObject(b -> b.bucket(bucket).key(key)).contentLength(),
        (long) plain.length,
        "length");
  }

  private void upload(String key, byte[] plain) {
    String id = create(key);
    List<CompletedPart> parts = new ArrayList<>();
    int count = (plain.length + PART - 1) / PART;
    for (int number = count; number > 0; number--) {
      int from = (number - 1) * PART;
      parts.add(
          0,
          part(
              key,
              id,
              number,
              Arrays.copyOfRange(plain, from, Math.min(plain.length, from + PART))));
    }
    complete(key, id, parts);
  }

  private void upload() {
    byte[] plain = ObjectCalls.bytes(2 * PART + 100);
    upload("parts", plain);
    requireBytes("parts", plain);
  }

  private void closingPart() {
    byte[] plain = ObjectCalls.bytes(PART);
    upload("closing", plain);
    requireBytes("closing", plain);
  }

  private void range() {
    byte[] plain = ObjectCalls.bytes(2 * PART + 100);
    var across =
        s3.getObjectAsBytes(
            b ->
                b.bucket(bucket)
                    .key("parts")
                    .range("bytes=" + (PART - 70_000) + "-" + (PART + 70_000)));
    require(
        Arrays.equals(
            across.asByteArray(), Arrays.copyOfRange(plain, PART - 70_000, PART + 70_001)),
        "another range across parts");
    var second = s3.getObjectAsBytes(b -> b.bucket(bucket).key("parts").partNumber(2));
    require(
        Arrays.equals(second.asByteArray(), Arrays.copyOfRange(plain, PART, 2 * PART)),
        "another second part");
  }

  private void copy() {
    s3.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey("parts")
                .destinationBucket(bucket)
                .destinationKey("parts-copy"));
    requireBytes("parts-copy", ObjectCalls.bytes(2 * PART + 100));
  }

  private void partCopy() {
    String id = create("joined");
    String eTag =
        s3.uploadPartCopy(
                b ->
                    b.sourceBucket(bucket)
                        .sourceKey("parts")
                        .copySourceRange("bytes=10-" + (PART + 9))
                        .destinationBucket(bucket)
                        .destinationKey("joined")
                        .uploadId(id)
                        .partNumber(1))
            .copyPartResult()
            .eTag();
    CompletedPart first = CompletedPart.builder().partNumber(1).eTag(eTag).build();
    complete("joined", id, List.of(first, part("joined", id, 2, new byte[100])));
    byte[] plain = Arrays.copyOfRange(ObjectCalls.bytes(2 * PART + 100), 10, PART + 110);
    Arrays.fill(plain, PART, PART + 100, (byte) 0);
    requireBytes("joined", plain);
  }

  private void lists() {
    String id = create("aborted");
    part("aborted", id, 1, new byte[1000]);
    same(
        s3.listParts(b -> b.bucket(bucket).key("aborted").uploadId(id)).parts().stream()
            .map(Part::size)
            .toList(),
        List.of(1000L),
        "sizes of parts");
    require(
        s3.listMultipartUploads(b -> b.bucket(bucket).prefix("aborted")).uploads().stream()
            .map(MultipartUpload::key)
            .toList()
            .contains("aborted"),
        "the upload is not listed");
    s3.abortMultipartUpload(b -> b.bucket(bucket).key("aborted").uploadId(id));
  }
}
