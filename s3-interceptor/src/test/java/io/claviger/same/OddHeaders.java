package io.claviger.same;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** What callers state of an object besides its bytes, by name. The body has 1,000 bytes. */
final class OddHeaders {
  static final Map<String, Consumer<PutObjectRequest.Builder>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("type", b -> b.contentType("text/html; charset=\"utf-8\""));
    ALL.put("no type", b -> b.contentType(""));
    ALL.put("gzip", b -> b.contentEncoding("gzip"));
    ALL.put("two encodings", b -> b.contentEncoding("gzip, br"));
    ALL.put("identity", b -> b.contentEncoding("identity"));
    ALL.put("language", b -> b.contentLanguage("de, en;q=0.5"));
    ALL.put("disposition", b -> b.contentDisposition("attachment; filename=\"a b.txt\""));
    ALL.put("cache control", b -> b.cacheControl("no-cache,  max-age=0"));
    ALL.put("expires", b -> b.expires(Instant.parse("2030-01-01T00:00:00Z")));
    ALL.put("metadata", b -> b.metadata(Map.of("a", "1", "b-c", "two words", "UPPER", "Case")));
    ALL.put("empty metadata", b -> b.metadata(Map.of("empty", "")));
    ALL.put("spaces", b -> b.metadata(Map.of("s", "a  b")));
    ALL.put("punctuation", b -> b.metadata(Map.of("p", "a,b;c=\"d\"/e?f%20")));
    ALL.put("much metadata", b -> b.metadata(Map.of("m", "x".repeat(600))));
    ALL.put("tags", b -> b.tagging("a=1&b=two%20words"));
    ALL.put("storage class", b -> b.storageClass(StorageClass.STANDARD));
    ALL.put("acl", b -> b.acl(ObjectCannedACL.PRIVATE));
    ALL.put("crc32", b -> b.checksumAlgorithm(ChecksumAlgorithm.CRC32));
    ALL.put("sha256", b -> b.checksumAlgorithm(ChecksumAlgorithm.SHA256));
    ALL.put("crc32c", b -> b.checksumAlgorithm(ChecksumAlgorithm.CRC32_C));
    ALL.put("sha1", b -> b.checksumAlgorithm(ChecksumAlgorithm.SHA1));
    ALL.put("no header", b -> b.metadata(Map.of()));
    ALL.put("many names", b -> b.metadata(many(40)));
    ALL.put("payer", b -> b.requestPayer(RequestPayer.REQUESTER));
    ALL.put("redirect", b -> b.websiteRedirectLocation("/elsewhere"));
    ALL.put("all at once", OddHeaders::all);
    ALL.put("none of it", b -> b.ifNoneMatch("*"));
    ALL.put("none of it again", b -> b.ifNoneMatch("*"));
    ALL.put("own header", b -> b.overrideConfiguration(o -> o.putHeader("X-Own", "1")));
  }

  private OddHeaders() {}

  private static Map<String, String> many(int names) {
    return IntStream.range(0, names)
        .boxed()
        .collect(Collectors.toMap(i -> "name-" + i, i -> "value " + i));
  }

  private static void all(PutObjectRequest.Builder b) {
    b.contentType("text/plain")
        .contentEncoding("gzip")
        .contentLanguage("fr")
        .contentDisposition("inline")
        .cacheControl("private")
        .expires(Instant.parse("2031-01-01T00:00:00Z"))
        .metadata(Map.of("a", "1"))
        .tagging("t=1");
  }
}
