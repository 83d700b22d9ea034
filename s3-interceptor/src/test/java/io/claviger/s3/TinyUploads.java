package io.claviger.s3;

import io.claviger.s3.TinyStore.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The multipart uploads of a {@link TinyStore}, with the parts as they came; it checks ETags as S3
 * does and no sizes, and lists two parts a page.
 */
final class TinyUploads {
  /** An upload that was neither completed nor aborted. */
  record Upload(String path, Map<String, String> metadata, NavigableMap<Integer, byte[]> parts) {}

  /** What is answered. */
  record Answer(int status, String eTag, String xml) {
    byte[] bytes() {
      return xml.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final int PAGE = 2;
  private static final Pattern LISTED = Pattern.compile("<Part>(.*?)</Part>", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");
  private static final Pattern ETAG = Pattern.compile("<ETag>(.*?)</ETag>");

  /** What ListParts reports of a part, by its true size. */
  volatile LongUnaryOperator listedSize = size -> size;

  /** What every list of parts says of where it goes on, after a number; null for true answers. */
  volatile String endlessMarker;

  /** Whether every page of a list of parts has the first ones. */
  volatile boolean beginsAgain;

  /** The id of the next upload, null for a new one. */
  volatile String nextId;

  final Map<String, Upload> open = new ConcurrentHashMap<>();

  /** The bodies of all CompleteMultipartUpload that came, and the queries of all UploadPart. */
  final Map<String, String> completed = new ConcurrentHashMap<>();

  private final Map<String, Stored> objects;
  private final AtomicInteger ids = new AtomicInteger();

  TinyUploads(Map<String, Stored> objects) {
    this.objects = objects;
  }

  static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], parts.length < 2 ? "" : parts[1]);
      }
    }
    return query;
  }

  /** Answers a request of a multipart upload, null when it is none. */
  Answer handle(
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> meta,
      byte[] body) {
    if (method.equals("POST") && query.containsKey("uploads")) {
      String id = nextId == null ? "2~up.load_" + ids.incrementAndGet() : nextId;
      open.put(id, new Upload(path, meta, new ConcurrentSkipListMap<>()));
      return ok(
          "",
          "<InitiateMultipartUploadResult><UploadId>"
              + id
              + "</UploadId></InitiateMultipartUploadResult>");
    }
    String id = query.get("uploadId");
    if (id == null) {
      return null;
    }
    Upload upload = open.get(id);
    if (upload == null || !upload.path().equals(path)) {
      return error(404, "NoSuchUpload");
    }
    return switch (method) {
      case "PUT" -> {
        upload.parts().put(Integer.parseInt(query.get("partNumber")), body);
        yield ok(
            eTag(body), "<CopyPartResult><ETag>%s</ETag></CopyPartResult>".formatted(eTag(body)));
      }
      case "GET" -> list(upload, query);
      case "DELETE" -> {
        open.remove(id);
        yield new Answer(204, "", "");
      }
      default -> complete(id, upload, new String(body, StandardCharsets.UTF_8));
    };
  }

  private Answer list(Upload upload, Map<String, String> query) {
    int after = Integer.parseInt(query.getOrDefault("part-number-marker", "0"));
    StringBuilder xml = new StringBuilder("<ListPartsResult>");
    int shown = 0;
    int last = after;
    for (Map.Entry<Integer, byte[]> part :
        upload.parts().tailMap(beginsAgain ? 0 : after, false).entrySet()) {
      if (shown++ == PAGE) {
        break;
      }
      last = part.getKey();
      xml.append(
          "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag><Size>%d</Size></Part>"
              .formatted(
                  last, eTag(part.getValue()), listedSize.applyAsLong(part.getValue().length)));
    }
    if (endlessMarker != null) {
      xml.append("<IsTruncated>true</IsTruncated>").append(endlessMarker.formatted(after + 1));
      return ok("", xml.append("</ListPartsResult>").toString());
    }
    xml.append("<IsTruncated>").append(shown > PAGE).append("</IsTruncated>");
    xml.append("<NextPartNumberMarker>").append(last).append("</NextPartNumberMarker>");
    return ok("", xml.append("</ListPartsResult>").toString());
  }

  private Answer complete(String id, Upload upload, String body) {
    completed.put(id, body);
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    Matcher listed = LISTED.matcher(body);
    while (listed.find()) {
      byte[] part = upload.parts().get(Integer.parseInt(find(NUMBER, listed.group(1))));
      String eTag = find(ETAG, listed.group(1)).replace("&quot;", "\"");
      if (part == null || !eTag.equals(eTag(part))) {
        return error(400, "InvalidPart");
      }
      object.writeBytes(part);
    }
    open.remove(id);
    objects.put(upload.path(), new Stored(object.toByteArray(), upload.metadata()));
    return ok(
        "", "<CompleteMultipartUploadResult><ETag>\"0-1\"</ETag></CompleteMultipartUploadResult>");
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String eTag(byte[] bytes) {
    return "\"" + Integer.toHexString(Arrays.hashCode(bytes)) + "\"";
  }

  private static Answer ok(String eTag, String xml) {
    return new Answer(200, eTag, xml);
  }

  private static Answer error(int status, String code) {
    return new Answer(
        status,
        "",
        "<Error><Code>" + code + "</Code><Message>the test asked for it</Message></Error>");
  }
}
