package io.claviger.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.Kubernetes;
import io.claviger.config.AuthMethod.Token;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.kms.SecretBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reading and writing of login methods: nested as {@code {"AppRole": {..}}} under {@code
 * auth_method}, or flat for properties and environment. Exactly one method may be named.
 */
final class AuthFields {
  static final String OBJECT = "auth_method";
  private static final String WINDOW = "safety_window_seconds";
  private static final String TOKEN = "vault_token";
  private static final String ROLE_ID = "approle_role_id";
  private static final String KUBERNETES_ROLE = "kubernetes_role";
  private static final String TOKEN_FILE = "vault_token_file";

  /** The flat field that says which method is meant. */
  private static final List<String> LEADS = List.of(TOKEN, ROLE_ID, KUBERNETES_ROLE, TOKEN_FILE);

  static final List<String> FLAT =
      List.of(
          TOKEN,
          TOKEN_FILE,
          "vault_token_poll_seconds",
          ROLE_ID,
          "approle_secret_id",
          "approle_secret_id_file",
          "approle_mount",
          KUBERNETES_ROLE,
          "kubernetes_mount",
          "kubernetes_jwt_path",
          WINDOW);

  private AuthFields() {}

  static AuthMethod read(Fields fields) {
    for (String flat : FLAT) {
      fields.refuseBoth(flat, OBJECT);
    }
    Fields nested = fields.object(OBJECT);
    return nested == null ? flat(fields) : nested(nested);
  }

  private static AuthMethod nested(Fields tagged) {
    if (tagged.names().size() != 1) {
      throw ConfigErrors.invalid(
          OBJECT,
          "names %s. Name exactly one of Token, AppRole, Kubernetes, TokenFile."
              .formatted(tagged.names()));
    }
    String tag = tagged.names().first();
    Fields f = tagged.object(tag);
    if (f == null) {
      throw ConfigErrors.invalid(OBJECT, "%s is no object. Write {..}.".formatted(tag));
    }
    Duration window = f.duration(WINDOW, AuthMethod.DEFAULT_SAFETY_WINDOW);
    String what = OBJECT + " " + tag;
    switch (tag) {
      case "Token" -> {
        f.refuseOthers(Set.of("token", WINDOW), what);
        return new Token(need("token", f.secret("token")), window);
      }
      case "AppRole" -> {
        f.refuseOthers(Set.of("role_id", "secret_id", "secret_id_file", "mount", WINDOW), what);
        return new AppRole(
            f.requireText("role_id"),
            f.secret("secret_id"),
            f.path("secret_id_file"),
            f.text("mount", AppRole.DEFAULT_MOUNT),
            window);
      }
      case "Kubernetes" -> {
        f.refuseOthers(Set.of("role", "mount", "jwt_path", WINDOW), what);
        return new Kubernetes(
            f.requireText("role"),
            f.text("mount", Kubernetes.DEFAULT_MOUNT),
            or(f.path("jwt_path"), Kubernetes.DEFAULT_JWT_PATH),
            window);
      }
      case "TokenFile" -> {
        f.refuseOthers(Set.of("path", "poll_seconds", WINDOW), what);
        f.requireText("path");
        return new TokenFile(
            or(f.path("path"), Path.of("")),
            f.duration("poll_seconds", TokenFile.DEFAULT_POLL),
            window);
      }
      default ->
          throw ConfigErrors.invalid(
              OBJECT, "is \"%s\". Use Token, AppRole, Kubernetes or TokenFile.".formatted(tag));
    }
  }

  private static AuthMethod flat(Fields f) {
    List<String> leads = LEADS.stream().filter(f::has).toList();
    if (leads.isEmpty()) {
      throw ConfigErrors.invalid(OBJECT, "is missing. Set it, or one of %s.".formatted(LEADS));
    }
    if (leads.size() > 1) {
      f.refuseBoth(leads.get(0), leads.get(1));
    }
    Duration window = f.duration(WINDOW, AuthMethod.DEFAULT_SAFETY_WINDOW);
    return switch (leads.get(0)) {
      case TOKEN -> new Token(need(TOKEN, f.secret(TOKEN)), window);
      case ROLE_ID ->
          new AppRole(
              f.requireText(ROLE_ID),
              f.secret("approle_secret_id"),
              f.path("approle_secret_id_file"),
              f.text("approle_mount", AppRole.DEFAULT_MOUNT),
              window);
      case KUBERNETES_ROLE ->
          new Kubernetes(
              f.requireText(KUBERNETES_ROLE),
              f.text("kubernetes_mount", Kubernetes.DEFAULT_MOUNT),
              or(f.path("kubernetes_jwt_path"), Kubernetes.DEFAULT_JWT_PATH),
              window);
      default ->
          new TokenFile(
              or(f.path(TOKEN_FILE), Path.of("")),
              f.duration("vault_token_poll_seconds", TokenFile.DEFAULT_POLL),
              window);
    };
  }

  static ObjectNode write(AuthMethod method, boolean withSecrets) {
    ObjectNode tagged = JsonNodeFactory.instance.objectNode();
    ObjectNode f;
    if (method instanceof Token token) {
      f = tagged.putObject("Token").put("token", Secrets.text(token.token(), withSecrets));
    } else if (method instanceof AppRole role) {
      f = tagged.putObject("AppRole").put("role_id", role.roleId());
      if (role.secretId() != null) {
        f.put("secret_id", Secrets.text(role.secretId(), withSecrets));
      }
      if (role.secretIdFile() != null) {
        f.put("secret_id_file", role.secretIdFile().toString());
      }
      f.put("mount", role.mount());
    } else if (method instanceof Kubernetes pod) {
      f = tagged.putObject("Kubernetes").put("role", pod.role()).put("mount", pod.mount());
      f.put("jwt_path", pod.jwtPath().toString());
    } else if (method instanceof TokenFile file) {
      f = tagged.putObject("TokenFile").put("path", file.path().toString());
      f.put("poll_seconds", file.poll().toSeconds());
    } else {
      throw new IllegalStateException("internal error: no words for " + method.getClass());
    }
    f.put(WINDOW, method.safetyWindow().toSeconds());
    return tagged;
  }

  static void validate(AuthMethod method, boolean allowInsecureDevDefaults) {
    if (method instanceof Token token) {
      if (Secrets.isMissing(token.token())) {
        throw ConfigErrors.invalid(TOKEN, "is empty. Set Vault's token.");
      }
      boolean dev = "dev-token".equals(Secrets.text(token.token(), true));
      if (dev && !allowInsecureDevDefaults) {
        throw ConfigErrors.invalid(
            TOKEN,
            "is the well-known development token. Use one of your own, or allow_insecure_dev_defaults=true for a test.");
      }
    }
    if (method instanceof AppRole role
        && role.secretIdFile() == null
        && Secrets.isMissing(role.secretId())) {
      throw ConfigErrors.invalid("secret_id", "is missing for AppRole. Set it or secret_id_file.");
    }
  }

  private static SecretBytes need(String name, @Nullable SecretBytes secret) {
    if (secret == null) {
      throw ConfigErrors.invalid(name, "is missing or empty. Set it.");
    }
    return secret;
  }

  private static Path or(@Nullable Path path, Path fallback) {
    return path == null ? fallback : path;
  }
}
