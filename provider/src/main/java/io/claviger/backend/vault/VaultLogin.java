package io.claviger.backend.vault;

import io.claviger.config.AuthMethod;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.Kubernetes;
import io.claviger.config.AuthMethod.Token;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth;
import io.github.jopenlibs.vault.response.AuthResponse;
import io.github.jopenlibs.vault.response.LookupResponse;
import io.github.jopenlibs.vault.rest.RestException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of Vault's authentication, through the driver: log in by each method, renew, look
 * up. {@link TokenRenewal} decides when.
 *
 * <p>Threads: safe. Blocking: one request each; files are read at every login.
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

  /** Vault's own limit is far below. */
  private static final Duration LONGEST_LEASE = Duration.ofDays(100 * 365);

  private final VaultHttp http;
  private final AuthMethod method;
  private final RefusedLogins refused;
  private final WrappedSecretId wrapped;

  VaultLogin(VaultHttp http, AuthMethod method) {
    this.http = http;
    this.method = method;
    this.refused = RefusedLogins.PROCESS_WIDE;
    this.wrapped = new WrappedSecretId(http);
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

  /**
   * Logs in, or takes the token that is given and asks how long it lives.
   *
   * @throws KmsException ACCESS_DENIED when Vault refuses, or has refused the same login so often
   *     that it is not sent
   */
  Answer login() {
    if (method instanceof Token given) {
      Credential token = Credential.configured(given.token());
      return guarded(token, () -> lookedUp(token.text()));
    }
    if (method instanceof TokenFile file) {
      Credential token = Credential.in("vault_token_file", file.path());
      return guarded(token, () -> lookedUp(token.text()));
    }
    if (method instanceof AppRole role) {
      Credential given =
          role.secretIdFile() != null
              ? Credential.in("approle_secret_id_file", role.secretIdFile())
              : Credential.configured(role.secretId());
      return guarded(
          given,
          () -> appRole(role, given),
          role.mount(),
          role.roleId(),
          String.valueOf(role.secretIdWrappingPath()));
    }
    if (method instanceof Kubernetes pod) {
      Credential jwt = Credential.in("kubernetes_jwt_path", pod.jwtPath());
      return guarded(
          jwt,
          () ->
              of(
                  ask(
                      "log in",
                      null,
                      a -> a.loginByKubernetes(pod.role(), jwt.text(), "auth/" + pod.mount()))),
          pod.mount(),
          pod.role());
    }
    throw new IllegalStateException("internal error: no login for " + method.getClass());
  }

  private Answer appRole(AppRole role, Credential given) {
    String path = role.secretIdWrappingPath();
    String secretId = path == null ? given.text() : wrapped.open(given, path);
    return of(ask("log in", null, a -> a.loginByAppRole(role.mount(), role.roleId(), secretId)));
  }

  /** Sends a login, unless the same one was refused too often. */
  private Answer guarded(Credential credential, Supplier<Answer> send, String... who) {
    String row =
        RefusedLogins.row(
            http.address(),
            String.valueOf(http.namespace()),
            name(),
            String.join("\n", who),
            credential.text());
    Duration pause = refused.pauseOf(row);
    if (pause != null) {
      throw KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "Vault at %s refused this process's login by %s; it is sent again in %d s, at most %d times in %d minutes, since Vault locks a role that is guessed at, and at once when %s changes. Correct it there; calls succeed again by themselves"
              .formatted(
                  http.address(),
                  name(),
                  pause.toSeconds() + 1,
                  RefusedLogins.MOST,
                  RefusedLogins.WINDOW.toMinutes(),
                  credential.place()));
    }
    try {
      Answer answer = send.get();
      refused.accepted(row);
      return answer;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.ACCESS_DENIED) {
        refused.refused(row);
      }
      throw e;
    }
  }

  private String name() {
    return method.getClass().getSimpleName();
  }

  /** Returns the token that is in the file now. */
  String tokenInFile() {
    return Credential.in("vault_token_file", ((TokenFile) method).path()).text();
  }

  /** Renews {@code token} for as long as its role lets it live. */
  Answer renew(String token) {
    AuthResponse renewed = ask("renew its token", token, Auth::renewSelf);
    return answer(token, renewed.getAuthLeaseDuration(), renewed.isAuthRenewable());
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
    return answer(token, known.getTTL(), known.isRenewable());
  }

  private Answer of(AuthResponse answer) {
    String token = answer.getAuthClientToken();
    if (token == null || token.isEmpty()) {
      throw VaultErrors.notVaults("login by " + name(), "no token");
    }
    return answer(token, answer.getAuthLeaseDuration(), answer.isAuthRenewable());
  }

  private Answer answer(String token, long leaseSeconds, boolean renewable) {
    if (leaseSeconds < 0 || leaseSeconds > LONGEST_LEASE.toSeconds()) {
      throw VaultErrors.notVaults("login by " + name(), "a lease that cannot be");
    }
    return new Answer(token, leaseSeconds, renewable);
  }

  private <T> T ask(String doing, @Nullable String token, Request<T> request) {
    try {
      return request.send(new Auth(config(token)));
    } catch (VaultException e) {
      Throwable root = root(e);
      if (root instanceof RuntimeException) {
        throw unreadable();
      }
      if (e.getHttpStatusCode() == 0) {
        throw http.failed(root);
      }
      // The driver's message holds Vault's whole answer, so it is no cause here.
      throw refused(doing, e.getHttpStatusCode());
    } catch (RuntimeException e) {
      throw unreadable();
    }
  }

  /** A parser's message may hold the answer, that of a header the token: neither is a cause. */
  private KmsException unreadable() {
    return VaultErrors.notVaults("login by " + name(), "something else than a login's");
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
    String who = name();
    if (status == 200) {
      return unreadable();
    }
    if (status == 400 || status == 403 || status == 404) {
      return KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "Vault at %s does not let this process %s by %s (%d). Check mount, role and secret%s; a new token or secret id is taken without a restart"
              .formatted(http.address(), doing, who, status, withoutSecretId()));
    }
    KmsException known =
        VaultErrors.of(
            new VaultReply(status, new byte[0]),
            http.address(),
            VaultClient.ADDRESS,
            "POST",
            "auth",
            "login by " + who);
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

  private String withoutSecretId() {
    return method instanceof AppRole role && role.secretId() == null && role.secretIdFile() == null
        ? " (none is configured, which only a role with bind_secret_id=false allows)"
        : "";
  }
}
