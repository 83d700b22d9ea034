package io.claviger.backend.vault;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer of Vault. Its body may hold secrets: it never goes into a message or a log, and {@link
 * #close} wipes it.
 *
 * <p>Threads: one at a time.
 */
final class VaultReply implements AutoCloseable {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int NO_CONTENT = 204;

  /** Larger than any version that Vault will number, small enough to count with. */
  private static final long MOST_VERSION = 1L << 40;

  /** Each answer of Vault that says something has one of these. */
  private static final Set<String> SUCCESS =
      Set.of("data", "auth", "wrap_info", "initialized", "request_id");

  /** A missing path is {@code errors}, a deleted version {@code data}. */
  private static final Set<String> REFUSAL = Set.of("errors", "data");

  private final int status;
  private final byte[] body;

  /** Makes a reply that adopts {@code body}. */
  VaultReply(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  /**
   * Returns what shows that this is not a whole answer of Vault, in words that hold nothing of it;
   * null for one that is. Redirects, quotas and server errors speak by their status alone, which
   * proxies set too. Makes no String of the body, which may hold key material.
   */
  static @Nullable String defect(int status, byte[] body) {
    boolean good = status / 100 == 2;
    if (status == NO_CONTENT || !good && !isRefusal(status)) {
      return null;
    }
    if (body.length == 0) {
      return "an empty answer";
    }
    boolean known = false;
    try (JsonParser in = JSON.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return "no JSON object";
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        known |= (good ? SUCCESS : REFUSAL).contains(in.currentName());
        in.nextToken();
        in.skipChildren();
      }
      if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
        return "JSON that is cut or malformed";
      }
    } catch (IOException e) {
      return body[0] == '{' ? "JSON that is cut or malformed" : "no JSON object";
    }
    return known ? null : "JSON that is not Vault's";
  }

  private static boolean isRefusal(int status) {
    return switch (status) {
      case 400, 401, 403, 404, 405 -> true;
      default -> false;
    };
  }

  /** Returns {@code number} as a version from 1; 0 where it is none or absurd. */
  static long version(JsonNode number) {
    return number.isIntegralNumber()
            && number.canConvertToLong()
            && number.longValue() > 0
            && number.longValue() <= MOST_VERSION
        ? number.longValue()
        : 0;
  }

  int status() {
    return status;
  }

  boolean isGood() {
    return status / 100 == 2;
  }

  /** Returns the live bytes of the body. */
  byte[] body() {
    return body;
  }

  /** Returns the body as JSON; a missing node if it is none. */
  JsonNode json() {
    try {
      JsonNode json = JSON.readTree(body);
      return json == null ? MissingNode.getInstance() : json;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** Whether one of Vault's error texts contains {@code words}, to distinguish failures. */
  boolean says(String words) {
    for (JsonNode error : json().path("errors")) {
      if (error.asText().toLowerCase(Locale.ROOT).contains(words)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is no error text at all: Vault found nothing at this place. */
  boolean saysNothing() {
    return json().path("errors").isEmpty();
  }

  @Override
  public void close() {
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public String toString() {
    return "VaultReply[%d, %d bytes]".formatted(status, body.length);
  }

  static byte[] bytes(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new IllegalStateException("internal error: JSON has no bytes", e);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
