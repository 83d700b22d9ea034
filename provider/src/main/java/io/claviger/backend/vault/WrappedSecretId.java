package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secret id behind a response-wrapping token, which opens once: a token found used means that
 * somebody else has the secret id. What was unwrapped is kept in memory for later logins, until
 * another wrapping token is given.
 *
 * <p>Threads: safe. Blocking: two requests for each wrapping token.
 */
final class WrappedSecretId {
  private final VaultHttp http;

  // Both are set together, under the monitor.
  private @Nullable SecretBytes token;
  private @Nullable SecretBytes secretId;

  WrappedSecretId(VaultHttp http) {
    this.http = http;
  }

  /**
   * Returns the secret id behind {@code wrapping}.
   *
   * @param creationPath where Vault must have made it, so that nobody can put another secret there
   * @throws KmsException ACCESS_DENIED if it was opened before, has ended or was made elsewhere
   */
  synchronized String open(Credential wrapping, String creationPath) {
    SecretBytes given = secret(wrapping.text());
    SecretBytes known = secretId;
    if (known != null && Objects.equals(token, given)) {
      return text(known);
    }
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("token", wrapping.text());
    byte[] body = VaultReply.bytes(asked);
    try (VaultReply found = http.send("POST", "sys/wrapping/lookup", body, null)) {
      requireGood(found, wrapping);
      String made = found.json().path("data").path("creation_path").asText();
      if (!made.equals(creationPath)) {
        throw KmsException.of(
            ErrorKind.ACCESS_DENIED,
            "the wrapping token in %s was made at \"%s\", expected \"%s\": somebody may have exchanged it. It was not opened; have a new one made, or correct approle_secret_id_response_wrapping_path"
                .formatted(wrapping.place(), made, creationPath));
      }
    } finally {
      Arrays.fill(body, (byte) 0);
    }
    try (VaultReply opened = http.send("POST", "sys/wrapping/unwrap", null, wrapping.text())) {
      requireGood(opened, wrapping);
      String found = opened.json().path("data").path("secret_id").asText();
      if (found.isEmpty()) {
        throw VaultErrors.notVaults("the wrapped secret id", "no secret_id");
      }
      token = given;
      secretId = secret(found);
      return found;
    }
  }

  private void requireGood(VaultReply reply, Credential wrapping) {
    if (reply.isGood()) {
      return;
    }
    if (reply.status() == 400 || reply.status() == 403 || reply.status() == 404) {
      throw KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "the wrapping token in %s was opened before or has ended. If none of your processes opened it, somebody else has the secret id: revoke it. Have a new one made and put it there"
              .formatted(wrapping.place()));
    }
    KmsException failure =
        VaultErrors.of(
            reply,
            http.address(),
            VaultClient.ADDRESS,
            "POST",
            "sys/wrapping",
            "the wrapped secret id");
    throw failure == null
        ? VaultErrors.badRequest("sys/wrapping", "the wrapped secret id")
        : failure;
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.takeOwnership(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(SecretBytes secret) {
    return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
