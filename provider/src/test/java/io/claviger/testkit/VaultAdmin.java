package io.claviger.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a test asks Vault for under a token of its own: mounts, policies, tokens, and changes behind
 * the back of what is tested.
 *
 * <p>Threads: safe. Blocking: one request each; a refusal is an IllegalStateException.
 */
public final class VaultAdmin {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http;
  private final URI address;
  private final String token;

  /** Makes requests to {@code address} under {@code token}. */
  public VaultAdmin(URI address, String token) {
    this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), address, token);
  }

  /** Makes requests through your client, for instance with certificates. */
  public VaultAdmin(HttpClient http, URI address, String token) {
    this.http = http;
    this.address = address;
    this.token = token;
  }

  /** Returns the status of {@code sys/health}, 0 when nobody answers. */
  public int health() {
    try {
      return send("GET", "sys/health", null).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Returns the answer to a read; IllegalStateException when it is refused or nothing is there. */
  public JsonNode read(String path) {
    return call("GET", path, null);
  }

  /** Returns the names at a path. */
  public List<String> list(String path) {
    List<String> names = new ArrayList<>();
    call("GET", path + "?list=true", null)
        .path("data")
        .path("keys")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  /** Writes fields. */
  public JsonNode write(String path, Map<String, ?> fields) {
    return call("POST", path, JSON.valueToTree(fields));
  }

  /** Deletes. */
  public void delete(String path) {
    call("DELETE", path, null);
  }

  /** Returns the status of a request, whatever it is. */
  public int status(String method, String path, Map<String, ?> fields) {
    try {
      return send(method, path, fields.isEmpty() ? null : JSON.valueToTree(fields)).statusCode();
    } catch (IOException e) {
      throw new IllegalStateException("Vault does not answer: " + e.getMessage(), e);
    }
  }

  /** Mounts an engine. */
  public void mount(String path, String type, Map<String, ?> options) {
    write("sys/mounts/" + path, Map.of("type", type, "options", options));
  }

  /** Writes a policy and returns a token that has it and the default one. */
  public String tokenWith(String policyName, String hcl, String ttl) {
    write("sys/policies/acl/" + policyName, Map.of("policy", hcl));
    return write("auth/token/create", Map.of("policies", List.of(policyName), "ttl", ttl))
        .path("auth")
        .path("client_token")
        .asText();
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    try {
      HttpResponse<byte[]> answer = send(method, path, body);
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "%s %s: Vault answered %d: %s"
                .formatted(
                    method,
                    path,
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8)));
      }
      return answer.body().length == 0
          ? JsonNodeFactory.instance.objectNode()
          : JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("Vault does not answer: " + e.getMessage(), e);
    }
  }

  private HttpResponse<byte[]> send(String method, String path, @Nullable JsonNode body)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
            .header("X-Vault-Token", token)
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Vault", e);
    }
  }
}
