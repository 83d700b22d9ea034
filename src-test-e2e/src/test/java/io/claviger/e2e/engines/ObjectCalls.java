package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;
import static io.claviger.e2e.engines.Scenario.thrown;

import io.claviger.s3.Rewrap;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** Calls of a synchronous client on objects of one part. */
final class ObjectCalls {
  private static final int[] SIZES = {0, 1, 65_535, 65_536, 65_537, (1 << 20) + 1};

  private final Clients clients;
  private final S3Client s3;
  private final String bucket;

  ObjectCalls(Clients clients) {
    this.clients = clients;
    this.s3 = clients.s3;
    this.bucket = clients.bucket;
  }

  List<Scenario> scenarios() {
    return List.of(
        new Scenario("put and get, six sizes", this::putAndGet),
        new Scenario("put of a stream, a file, a text", this::bodies),
        new Scenario("put of gzip with its headers", this::gzip),
        new Scenario("ranges", this::ranges),
        new Scenario("head", this::head),
        new Scenario("listings, both versions", this::listings),
        new Scenario("copy, with and without new metadata", this::copies),
        new Scenario("attributes and tags", this::attributesAndTags),
        new Scenario("re-wrap for another master key", this::rewrap),
        new Scenario("delete, and what is not there", this::delete),
        new Scenario("plaintext is refused", this::plaintext),
        new Scenario("what is not supported is refused", this::refused));
  }

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private byte[] get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
  }

  private void put(String key, byte[] bytes) {
    s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
  }

  /** Fails unless what is stored is sealed. */
  void requireSealed(String key) {
    byte[] stored = clients.plain.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
    require(
        new String(stored, 0, 4, StandardCharsets.US_ASCII).equals("CLVG"),
        key + " is not stored sealed");
  }

  private void putAndGet() {
    for (int size : SIZES) {
      String key = "plain-" + size;
      put(key, bytes(size));
      require(Arrays.equals(get(key), bytes(size)), size + " bytes came back otherwise");
      requireSealed(key);
    }
  }

  private void bodies() throws IOException {
    byte[] plain = bytes(200_001);
    s3.putObject(
        b -> b.bucket(bucket).key("stream"),
        RequestBody.fromInputStream(new ByteArrayInputStream(plain), plain.length));
    Path file = Files.write(Files.createTempFile("engine", ".bin"), plain);
    s3.putObject(b -> b.bucket(bucket).key("file"), file);
    Files.delete(file);
    for (String key : List.of("stream", "file")) {
      require(Arrays.equals(get(key), plain), key + " came back otherwise");
      requireSealed(key);
    }
    s3.putObject(b -> b.bucket(bucket).key("text"), RequestBody.fromString("hello, claviger"));
    Path target = Files.createTempDirectory("engine").resolve("text");
    s3.getObject(b -> b.bucket(bucket).key("text"), target);
    same(Files.readString(target), "hello, claviger", "the file");
    Files.delete(target);
  }

  private void gzip() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write("many words ".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    }
    s3.putObject(
        b ->
            b.bucket(bucket)
                .key("words.gz")
                .contentEncoding("gzip")
                .contentType("text/plain")
                .metadata(Map.of("colour", "blue")),
        RequestBody.fromBytes(zipped.toByteArray()));
    var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("words.gz"));
    require(
        Arrays.equals(got.asByteArray(), zipped.toByteArray()), "the bytes came back otherwise");
    same(got.response().contentEncoding(), "gzip", "encoding");
    same(got.response().contentType(), "text/plain", "type");
    same(got.response().metadata(), Map.of("colour", "blue"), "metadata");
  }

  private void ranges() {
    byte[] plain = bytes(300_000);
    put("ranges", plain);
    int[][] ranges = {
      {0, 0}, {1, 65_536}, {65_535, 65_537}, {131_072, 299_999}, {299_999, 299_999}
    };
    for (int[] range : ranges) {
      var got =
          s3.getObjectAsBytes(
              b -> b.bucket(bucket).key("ranges").range("bytes=" + range[0] + "-" + range[1]));
      require(
          Arrays.equals(got.asByteArray(), Arrays.copyOfRange(plain, range[0], range[1] + 1)),
          "another range than " + Arrays.toString(range));
      same(
          got.response().contentRange(),
          "bytes " + range[0] + "-" + range[1] + "/300000",
          "Content-Range");
    }
    var last = s3.getObjectAsBytes(b -> b.bucket(bucket).key("ranges").range("bytes=-10"));
    require(
        Arrays.equals(last.asByteArray(), Arrays.copyOfRange(plain, 299_990, 300_000)),
        "other last bytes");
    S3Exception behind =
        thrown(
            S3Exception.class,
            () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("ranges").range("bytes=300000-")));
    same(behind.statusCode(), 416, "status");
  }

  private void head() {
    byte[] plain = bytes(70_000);
    s3.putObject(
        b -> b.bucket(bucket).key("head").metadata(Map.of("colour", "red")),
        RequestBody.fromBytes(plain));
    HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("head"));
    same(head.contentLength(), 70_000L, "length");
    same(head.metadata(), Map.of("colour", "red"), "metadata");
  }

  private void listings() {
    for (int i = 0; i < 3; i++) {
      put("list/" + i, bytes(100 * i));
    }
    List<Long> expected = List.of(0L, 100L, 200L);
    same(
        s3.listObjectsV2(b -> b.bucket(bucket).prefix("list/")).contents().stream()
            .map(S3Object::size)
            .toList(),
        expected,
        "sizes");
    same(
        s3.listObjects(b -> b.bucket(bucket).prefix("list/")).contents().stream()
            .map(S3Object::size)
            .toList(),
        expected,
        "sizes of version 1");
  }

  private void copies() {
    byte[] plain = bytes(66_000);
    s3.putObject(
        b -> b.bucket(bucket).key("source").metadata(Map.of("a", "1")).contentType("text/plain"),
        RequestBody.fromBytes(plain));
    CopyObjectRequest.Builder copy =
        CopyObjectRequest.builder()
            .sourceBucket(bucket)
            .sourceKey("source")
            .destinationBucket(bucket);
    s3.copyObject(copy.destinationKey("copy").build());
    s3.copyObject(
        copy.destinationKey("other")
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(Map.of("b", "2"))
            .build());
    require(Arrays.equals(get("copy"), plain), "the copy is another");
    require(Arrays.equals(get("other"), plain), "the copy with metadata is another");
    same(s3.headObject(b -> b.bucket(bucket).key("copy")).metadata(), Map.of("a", "1"), "metadata");
    same(s3.headObject(b -> b.bucket(bucket).key("copy")).contentType(), "text/plain", "type");
    same(s3.headObject(b -> b.bucket(bucket).key("other")).metadata(), Map.of("b", "2"), "new");
    requireSealed("copy");
  }

  private void attributesAndTags() {
    put("attributes", bytes(12_345));
    same(
        s3.getObjectAttributes(
                b ->
                    b.bucket(bucket)
                        .key("attributes")
                        .objectAttributes(ObjectAttributes.OBJECT_SIZE))
            .objectSize(),
        12_345L,
        "size");
    Tag tag = Tag.builder().key("team").value("blue").build();
    s3.putObjectTagging(
        b -> b.bucket(bucket).key("attributes").tagging(Tagging.builder().tagSet(tag).build()));
    same(
        s3.getObjectTagging(b -> b.bucket(bucket).key("attributes")).tagSet(),
        List.of(tag),
        "tags");
    s3.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey("attributes")
                .destinationBucket(bucket)
                .destinationKey("tagged"));
    same(s3.getObjectTagging(b -> b.bucket(bucket).key("tagged")).tagSet(), List.of(tag), "copied");
  }

  private void rewrap() {
    byte[] plain = bytes(65_000);
    S3Client own = clients.explicit();
    own.putObject(b -> b.bucket(bucket).key("wrapped/1"), RequestBody.fromBytes(plain));
    Rewrap rewrap = Rewrap.with(own).toKey(Clients.OTHER_KEY);
    rewrap.object(bucket, "wrapped/1");
    rewrap.object(bucket, "wrapped/1", bucket, "wrapped/2");
    for (String key : List.of("wrapped/1", "wrapped/2")) {
      rewrap.object(bucket, key);
      byte[] got = own.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
      require(Arrays.equals(got, plain), key + " came back otherwise");
    }
  }

  private void delete() {
    put("gone", bytes(10));
    s3.deleteObject(b -> b.bucket(bucket).key("gone"));
    thrown(NoSuchKeyException.class, () -> get("gone"));
    S3Exception head =
        thrown(S3Exception.class, () -> s3.headObject(b -> b.bucket(bucket).key("gone")));
    same(head.statusCode(), 404, "status");
  }

  private void plaintext() {
    clients.plain.putObject(
        b -> b.bucket(bucket).key("clear"), RequestBody.fromString("in the clear"));
    ClavigerS3Exception refusal = thrown(ClavigerS3Exception.class, () -> get("clear"));
    same(refusal.failure(), ClavigerS3Exception.Failure.NOT_SEALED, "refusal");
  }

  private void refused() {
    ClavigerS3Exception torrent =
        thrown(
            ClavigerS3Exception.class,
            () -> s3.getObjectTorrentAsBytes(b -> b.bucket(bucket).key("head")));
    same(torrent.failure(), ClavigerS3Exception.Failure.UNSUPPORTED, "refusal");
    ClavigerS3Exception header =
        thrown(
            ClavigerS3Exception.class,
            () ->
                s3.getObjectAsBytes(
                    b ->
                        b.bucket(bucket)
                            .key("head")
                            .overrideConfiguration(c -> c.putHeader("Range", "bytes=0-1"))));
    same(header.failure(), ClavigerS3Exception.Failure.UNSUPPORTED, "refusal of a header");
  }
}
