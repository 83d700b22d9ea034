package io.claviger.config;

import io.claviger.kms.SecretBytes;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to log in to Vault. Immutable; {@code toString} shows no secret.
 *
 * <p>Every method has a safety window: a token is not used any more when less than this is left of
 * its lease, since it could end on the way.
 */
public sealed interface AuthMethod {
  /** Safety window unless said otherwise. */
  Duration DEFAULT_SAFETY_WINDOW = Duration.ofSeconds(10);

  /** Returns how long before its end a token counts as ended. */
  Duration safetyWindow();

  /** Your token; it is renewed while Vault lets it be. */
  record Token(SecretBytes token, Duration safetyWindow) implements AuthMethod {
    /** Returns the method for {@code token}. */
    public static Token of(String token) {
      return new Token(Secrets.of(token), DEFAULT_SAFETY_WINDOW);
    }
  }

  /**
   * AppRole.
   *
   * @param roleId the role's id
   * @param secretId the secret id, or null if {@code secretIdFile} is set, or for a role without
   *     ({@code bind_secret_id=false})
   * @param secretIdFile file that holds the secret id; wins and is read at every login
   * @param secretIdWrappingPath where Vault made the secret id, for instance {@code
   *     auth/approle/role/ROLE/secret-id}, if what is given is a response-wrapping token of it;
   *     null if it is the secret id itself
   * @param mount where the method is mounted, default {@code approle}
   */
  record AppRole(
      String roleId,
      @Nullable SecretBytes secretId,
      @Nullable Path secretIdFile,
      @Nullable String secretIdWrappingPath,
      String mount,
      Duration safetyWindow)
      implements AuthMethod {
    public static final String DEFAULT_MOUNT = "approle";

    /** Makes the method with a secret id that is not wrapped. */
    public AppRole(
        String roleId,
        @Nullable SecretBytes secretId,
        @Nullable Path secretIdFile,
        String mount,
        Duration safetyWindow) {
      this(roleId, secretId, secretIdFile, null, mount, safetyWindow);
    }

    /** Returns the method for this pair at the default mount. */
    public static AppRole of(String roleId, String secretId) {
      return new AppRole(roleId, Secrets.of(secretId), null, DEFAULT_MOUNT, DEFAULT_SAFETY_WINDOW);
    }

    /** Returns the method with the secret id in a file, at the default mount. */
    public static AppRole ofFile(String roleId, Path secretIdFile) {
      return new AppRole(roleId, null, secretIdFile, DEFAULT_MOUNT, DEFAULT_SAFETY_WINDOW);
    }

    /** Returns the method of a role without secret ids, at the default mount. */
    public static AppRole withoutSecretId(String roleId) {
      return new AppRole(roleId, null, null, DEFAULT_MOUNT, DEFAULT_SAFETY_WINDOW);
    }

    /** Returns this with a response-wrapping token, made at this path, in place of secret id. */
    public AppRole wrappedAt(String creationPath) {
      return new AppRole(roleId, secretId, secretIdFile, creationPath, mount, safetyWindow);
    }
  }

  /**
   * The service account of the Kubernetes pod that this process runs in.
   *
   * @param role Vault's role
   * @param mount where the method is mounted, default {@code kubernetes}
   * @param jwtPath file of the service account's token, read at every login
   */
  record Kubernetes(String role, String mount, Path jwtPath, Duration safetyWindow)
      implements AuthMethod {
    public static final String DEFAULT_MOUNT = "kubernetes";
    public static final Path DEFAULT_JWT_PATH =
        Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    /** Returns the method for {@code role} at the default places. */
    public static Kubernetes of(String role) {
      return new Kubernetes(role, DEFAULT_MOUNT, DEFAULT_JWT_PATH, DEFAULT_SAFETY_WINDOW);
    }
  }

  /**
   * A token that somebody else keeps fresh in a file, for instance Vault Agent.
   *
   * @param path the file
   * @param poll how old a reading may be, default 30 s
   */
  record TokenFile(Path path, Duration poll, Duration safetyWindow) implements AuthMethod {
    public static final Duration DEFAULT_POLL = Duration.ofSeconds(30);

    /** Returns the method for {@code path} with the default interval. */
    public static TokenFile of(Path path) {
      return new TokenFile(path, DEFAULT_POLL, DEFAULT_SAFETY_WINDOW);
    }
  }
}
