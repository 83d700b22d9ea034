package io.claviger.config;

import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.Kubernetes;
import io.claviger.config.AuthMethod.Token;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.kms.BackendFields;
import io.claviger.kms.SecretBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reading and writing of login methods: nested as {@code {"AppRole": {..}}} under {@code
 * auth_method}, or flat for properties and environment. Exactly one method may be named.
 */
final class AuthFields {
  static final String OBJECT = "auth_method";
  private static final String WINDOW = "safety_window_seconds";
  private static final String WRAPPING_PATH = "secret_id_response_wrapping_path";
  private static final String FLAT_WRAPPING_PATH = "approle_" + WRAPPING_PATH;

  /** What RustFS calls the safety window, and how old a reading may be; null where not set. */
  private static final String RUSTFS_WINDOW = "refresh_safety_window_secs";

  private static final String RUSTFS_POLL = "poll_interval_secs";
  private static final Set<String> OF_ALL = Set.of(WINDOW, RUSTFS_WINDOW, RUSTFS_POLL);
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
          FLAT_WRAPPING_PATH,
          "approle_mount",
          KUBERNETES_ROLE,
          "kubernetes_mount",
          "kubernetes_jwt_path",
          WINDOW);

  private AuthFields() {}

  static AuthMethod read(BackendFields fields) {
    for (String flat : FLAT) {
      fields.refuseBoth(flat, OBJECT);
    }
    BackendFields nested = fields.object(OBJECT);
    return nested == null ? flat(fields) : nested(nested);
  }

  private static AuthMethod nested(BackendFields tagged) {
    if (tagged.names().size() != 1) {
      throw ConfigErrors.invalid(
          OBJECT,
          "names %s. Name exactly one of Token, AppRole, Kubernetes, TokenFile."
              .formatted(tagged.names()));
    }
    String tag = tagged.names().first();
    BackendFields f = tagged.object(tag);
    if (f == null) {
      throw ConfigErrors.invalid(OBJECT, "%s is no object. Write {..}.".formatted(tag));
    }
    Duration window = either(f, WINDOW, RUSTFS_WINDOW, AuthMethod.DEFAULT_SAFETY_WINDOW);
    String what = OBJECT + " " + tag;
    switch (tag) {
      case "Token" -> {
        refuseOthers(f, what, "token");
        return new Token(need("token", f.secret("token")), window);
      }
      case "AppRole" -> {
        refuseOthers(f, what, "role_id", "secret_id", "secret_id_file", WRAPPING_PATH, "mount");
        return new AppRole(
            f.requireText("role_id"),
            f.secret("secret_id"),
            f.path("secret_id_file"),
            f.text(WRAPPING_PATH),
            f.text("mount", AppRole.DEFAULT_MOUNT),
            window);
      }
      case "Kubernetes" -> {
        refuseOthers(f, what, "role", "mount", "jwt_path");
        return new Kubernetes(
            f.requireText("role"),
            f.text("mount", Kubernetes.DEFAULT_MOUNT),
            or(f.path("jwt_path"), Kubernetes.DEFAULT_JWT_PATH),
            window);
      }
      case "TokenFile" -> {
        refuseOthers(f, what, "path", "poll_seconds");
        f.requireText("path");
        return new TokenFile(
            or(f.path("path"), Path.of("")),
            either(f, "poll_seconds", RUSTFS_POLL, TokenFile.DEFAULT_POLL),
            window);
      }
      default ->
          throw ConfigErrors.invalid(
              OBJECT, "is \"%s\". Use Token, AppRole, Kubernetes or TokenFile.".formatted(tag));
    }
  }

  private static void refuseOthers(BackendFields f, String what, String... own) {
    Set<String> known = new TreeSet<>(OF_ALL);
    known.addAll(List.of(own));
    f.refuseOthers(known, what);
  }

  private static Duration either(BackendFields f, String ours, String rustfs, Duration fallback) {
    f.refuseBoth(ours, rustfs);
    return f.duration(f.has(rustfs) ? rustfs : ours, fallback);
  }

  private static AuthMethod flat(BackendFields f) {
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
              f.text(FLAT_WRAPPING_PATH),
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

  static Map<String, Object> write(AuthMethod method, boolean withSecrets) {
    Map<String, Object> f = new LinkedHashMap<>();
    String tag;
    if (method instanceof Token token) {
      tag = "Token";
      f.put("token", Secrets.shown(token.token(), withSecrets));
    } else if (method instanceof AppRole role) {
      tag = "AppRole";
      f.put("role_id", role.roleId());
      if (role.secretId() != null) {
        f.put("secret_id", Secrets.shown(role.secretId(), withSecrets));
      }
      if (role.secretIdFile() != null) {
        f.put("secret_id_file", role.secretIdFile().toString());
      }
      if (role.secretIdWrappingPath() != null) {
        f.put(WRAPPING_PATH, role.secretIdWrappingPath());
      }
      f.put("mount", role.mount());
    } else if (method instanceof Kubernetes pod) {
      tag = "Kubernetes";
      f.put("role", pod.role());
      f.put("mount", pod.mount());
      f.put("jwt_path", pod.jwtPath().toString());
    } else if (method instanceof TokenFile file) {
      tag = "TokenFile";
      f.put("path", file.path().toString());
      f.put("poll_seconds", file.poll().toSeconds());
    } else {
      throw new IllegalStateException("internal error: no words for " + method.getClass());
    }
    f.put(WINDOW, method.safetyWindow().toSeconds());
    return Map.of(tag, f);
  }

  static void validate(AuthMethod method, boolean allowInsecureDevDefaults) {
    if (method instanceof Token token) {
      if (Secrets.isMissing(token.token())) {
        throw ConfigErrors.invalid(TOKEN, "is empty. Set Vault's token.");
      }
      requireSendable(TOKEN, Secrets.text(token.token(), true));
      boolean dev = "dev-token".equals(Secrets.text(token.token(), true));
      if (dev && !allowInsecureDevDefaults) {
        throw ConfigErrors.invalid(
            TOKEN,
            "is the well-known development token. Use one of your own, or allow_insecure_dev_defaults=true for a test.");
      }
    }
    if (method instanceof AppRole role) {
      requireSendable("approle_role_id", role.roleId());
      requireSendable("approle_secret_id", Secrets.text(role.secretId(), true));
      boolean none = role.secretIdFile() == null && Secrets.isMissing(role.secretId());
      if (none && role.secretIdWrappingPath() != null) {
        throw ConfigErrors.invalid(
            FLAT_WRAPPING_PATH,
            "is set, but no wrapping token. Set approle_secret_id or approle_secret_id_file.");
      }
    }
  }

  /** Another character would be refused while it is sent, by a message that shows the secret. */
  private static void requireSendable(String name, @Nullable String secret) {
    if (secret != null && secret.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw ConfigErrors.invalid(
          name,
          "holds a line break, a blank or another character that it never has. Give it alone, on one line.");
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
