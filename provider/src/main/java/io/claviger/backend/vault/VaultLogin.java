package io.claviger.backend.vault;

import io.claviger.config.AuthMethod;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.Kubernetes;
import io.claviger.config.AuthMethod.Token;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth;
import io.github.jopenlibs.vault.response.AuthResponse;
import io.github.jopenlibs.vault.response.LookupResponse;
import io.github.jopenlibs.vault.rest.RestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The requests of Vault's authentication, through the driver: log in by each method, renew, look
 * up. {@link VaultAuth} decides when.
 *
 * <p>Threads: safe. Blocking: one request each; files are read anew at every login.
 */
final class VaultLogin {
  /**
   * What Vault says of a token. {@code leaseSeconds} 0 means that it does not end.
   *
   * @param token the token
   * @param leaseSeconds how long it lives from now
   * @param renewable whether it may be renewed
   */
  record Answer(String token, long leaseSeconds, boolean renewable) {
    @Override
    public String toString() {
      return "Answer[***redacted***, %d s]".formatted(leaseSeconds);
    }
  }

  private interface Request<T> {
    T send(Auth auth) throws VaultException;
  }

  /** The driver must not pick up a token, an address or certificates of somebody else. */
  private static final class NoEnvironment extends EnvironmentLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String loadVariable(String name) {
      return null;
    }
  }

  private final VaultHttp http;
  private final AuthMethod method;

  VaultLogin(VaultHttp http, AuthMethod method) {
    this.http = http;
    this.method = method;
  }

  AuthMethod method() {
    return method;
  }

  /** Whether a fresh login can follow a token that ended: not with a token of the user's. */
  boolean canRepeat() {
    return !(method instanceof Token);
  }

  /** Whether somebody else renews the token. */
  boolean isKeptByOthers() {
    return method instanceof TokenFile;
  }

  /** Logs in, or takes the token that is given and asks how long it lives. */
  Answer login() {
    if (method instanceof Token given) {
      return lookedUp(text(given.token()));
    }
    if (method instanceof TokenFile file) {
      return lookedUp(readFile("vault_token_file", file.path()));
    }
    if (method instanceof AppRole role) {
      String secretId =
          role.secretIdFile() != null
              ? readFile("approle_secret_id_file", role.secretIdFile())
              : text(role.secretId());
      return of(ask("log in", null, a -> a.loginByAppRole(role.mount(), role.roleId(), secretId)));
    }
    if (method instanceof Kubernetes pod) {
      String jwt = readFile("kubernetes_jwt_path", pod.jwtPath());
      return of(
          ask("log in", null, a -> a.loginByKubernetes(pod.role(), jwt, "auth/" + pod.mount())));
    }
    throw new IllegalStateException("internal error: no login for " + method.getClass());
  }

  /** Returns the token that stands in the file now. */
  String tokenInFile() {
    return readFile("vault_token_file", ((TokenFile) method).path());
  }

  /** Renews {@code token} for as long as its role lets it live. */
  Answer renew(String token) {
    AuthResponse renewed = ask("renew its token", token, Auth::renewSelf);
    return new Answer(token, renewed.getAuthLeaseDuration(), renewed.isAuthRenewable());
  }

  /** Whether Vault knows {@code token}; its failures other than a refusal go out. */
  boolean knows(String token) {
    try {
      ask("look its token up", token, Auth::lookupSelf);
      return true;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.ACCESS_DENIED) {
        return false;
      }
      throw e;
    }
  }

  private Answer lookedUp(String token) {
    LookupResponse known = ask("look its token up", token, Auth::lookupSelf);
    return new Answer(token, known.getTTL(), known.isRenewable());
  }

  private Answer of(AuthResponse answer) {
    String token = answer.getAuthClientToken();
    if (token == null || token.isEmpty()) {
      throw refused("log in", 200);
    }
    return new Answer(token, answer.getAuthLeaseDuration(), answer.isAuthRenewable());
  }

  private <T> T ask(String doing, @Nullable String token, Request<T> request) {
    try {
      return request.send(new Auth(config(token)));
    } catch (VaultException e) {
      if (e.getHttpStatusCode() == 0) {
        throw http.failed(root(e));
      }
      // The driver's message holds Vault's whole answer, so it is no cause of ours.
      throw refused(doing, e.getHttpStatusCode());
    }
  }

  private VaultConfig config(@Nullable String token) throws VaultException {
    long seconds = Math.max(1, http.timeout().plus(Duration.ofMillis(999)).toSeconds());
    NoEnvironment nothing = new NoEnvironment();
    VaultConfig config =
        new VaultConfig()
            .environmentLoader(nothing)
            .address(http.address())
            .httpClient(http.client())
            .sslConfig(new SslConfig().verify(true))
            .readTimeout((int) seconds);
    if (token != null) {
      config.token(token);
    }
    if (http.namespace() != null) {
      config.nameSpace(http.namespace());
    }
    return config.build();
  }

  private KmsException refused(String doing, int status) {
    String who = method.getClass().getSimpleName();
    if (status == 400 || status == 403 || status == 404 || status == 200) {
      return KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "Vault at %s does not let this process %s by %s (%d). Check mount, role and secret; a new token or secret id is taken without a restart"
              .formatted(http.address(), doing, who, status));
    }
    KmsException known =
        VaultErrors.of(
            new VaultReply(status, new byte[0]), http.address(), "POST", "auth", "login by " + who);
    return known == null ? VaultErrors.badRequest("auth", "login by " + who) : known;
  }

  private static @Nullable Throwable root(Throwable failure) {
    Throwable found = failure;
    while (found.getCause() != null
        && (found instanceof VaultException || found instanceof RestException)) {
      found = found.getCause();
    }
    return found;
  }

  private static String text(@Nullable SecretBytes secret) {
    return secret == null
        ? ""
        : secret.<String>use(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static String readFile(String field, Path file) {
    try {
      String content = Files.readString(file).strip();
      if (!content.isEmpty()) {
        return content;
      }
    } catch (IOException e) {
      throw unreadable(field, file, "cannot be read", e);
    }
    throw unreadable(field, file, "is empty", null);
  }

  private static KmsException unreadable(
      String field, Path file, String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.ACCESS_DENIED,
        "%s: the file \"%s\" %s. It is read at every login; put the secret there"
            .formatted(field, file, how),
        cause);
  }
}
