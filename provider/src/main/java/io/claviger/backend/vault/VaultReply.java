package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * An answer of Vault. Its body may hold secrets: it never goes into a message or a log, and {@link
 * #close} wipes it.
 *
 * <p>Threads: one at a time.
 */
final class VaultReply implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();

  private final int status;
  private final byte[] body;

  /** Makes a reply that adopts {@code body}. */
  VaultReply(int status, byte[] body) {
    this.status = status;
    this.body = body;
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

  /** Whether one of Vault's error texts holds {@code words}, to tell failures apart. */
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
