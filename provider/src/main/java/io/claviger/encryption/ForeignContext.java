package io.claviger.encryption;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The encryption context that the Amazon S3 Encryption Client stores beside a data key of AWS KMS:
 * a JSON object of strings.
 */
final class ForeignContext {
  /** The entry that names the content algorithm. */
  static final String CONTENT = "aws:x-amz-cek-alg";

  /** The entry of old versions that names the key. */
  private static final String KEY_ID = "kms_cmk_id";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ForeignContext() {}

  /**
   * Reads a context.
   *
   * @param name the metadata it stands in
   * @throws FormatException ENVELOPE_MALFORMED if it is none, UNKNOWN_VERSION if the store encoded
   *     it or it is of another content algorithm than {@code content}
   */
  static Map<String, String> read(String name, String text, String content) {
    if (text.startsWith("=?")) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "the S3 Encryption Client's metadata \"%s\" has characters outside ASCII, which S3 encoded twice: such contexts are not read here. Read it with that client"
              .formatted(name));
    }
    Map<String, String> context = parse(name, text);
    if (!content.equals(context.get(CONTENT))) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "the S3 Encryption Client's context says \"%s\" is \"%s\", the object \"%s\": its metadata was changed. Restore the object"
              .formatted(CONTENT, context.get(CONTENT), content));
    }
    return context;
  }

  /** Returns what the caller of that client gave of {@code context}. */
  static Map<String, String> ofCaller(Map<String, String> context) {
    Map<String, String> own = new TreeMap<>(context);
    own.remove(CONTENT);
    own.remove(KEY_ID);
    return own;
  }

  private static Map<String, String> parse(String name, String text) {
    Map<String, String> context = new TreeMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      require(json.nextToken() == JsonToken.START_OBJECT, name);
      for (String entry = json.nextFieldName(); entry != null; entry = json.nextFieldName()) {
        String value = json.nextTextValue();
        require(value != null, name);
        context.put(entry, value);
      }
      require(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null, name);
    } catch (IOException e) {
      throw malformed(name);
    }
    return context;
  }

  private static void require(boolean good, String name) {
    if (!good) {
      throw malformed(name);
    }
  }

  private static FormatException malformed(String name) {
    return new FormatException(
        Failure.ENVELOPE_MALFORMED,
        "the S3 Encryption Client's metadata \"%s\" is no JSON object of texts. Restore the object"
            .formatted(name));
  }
}
