package io.claviger.config;

import io.claviger.kms.BackendFields;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where Vault is and who this process is there. Immutable; {@code toString} shows no secret.
 *
 * @param address the server, for instance {@code https://vault.example.com:8200}
 * @param authMethod how to log in
 * @param namespace the namespace (Vault Enterprise), or null
 * @param tls how the connection is protected
 */
public record VaultConnection(
    URI address, AuthMethod authMethod, @Nullable String namespace, TlsConfig tls) {
  /** Address unless said otherwise; needs {@code allow_insecure_dev_defaults}. */
  public static final URI DEFAULT_ADDRESS = URI.create("http://localhost:8200");

  static final String ADDRESS = "address";
  static final String NAMESPACE = "namespace";

  public VaultConnection {
    Objects.requireNonNull(address, ADDRESS);
    Objects.requireNonNull(authMethod, AuthFields.OBJECT);
    Objects.requireNonNull(tls, TlsConfig.OBJECT);
  }

  /** Returns a connection without namespace that trusts the JDK's authorities. */
  public static VaultConnection of(URI address, AuthMethod authMethod) {
    return new VaultConnection(address, authMethod, null, TlsConfig.DEFAULT);
  }

  /** Returns this connection protected as {@code other} says. */
  public VaultConnection withTls(TlsConfig other) {
    return new VaultConnection(address, authMethod, namespace, other);
  }

  /** Returns this connection in another namespace. */
  public VaultConnection withNamespace(@Nullable String other) {
    return new VaultConnection(address, authMethod, other, tls);
  }

  static VaultConnection read(BackendFields fields) {
    String text = fields.text(ADDRESS, DEFAULT_ADDRESS.toString());
    try {
      return new VaultConnection(
          new URI(text), AuthFields.read(fields), fields.text(NAMESPACE), TlsConfig.read(fields));
    } catch (URISyntaxException e) {
      throw ConfigErrors.invalid(ADDRESS, "is not a valid URL. Use https://host:port.");
    }
  }

  void write(Map<String, Object> all, boolean withSecrets) {
    all.put(ADDRESS, address.toString());
    all.put(AuthFields.OBJECT, AuthFields.write(authMethod, withSecrets));
    if (namespace != null) {
      all.put(NAMESPACE, namespace);
    }
    all.put(TlsConfig.OBJECT, tls.toMap());
  }

  void validate(boolean allowInsecureDevDefaults) {
    String scheme = String.valueOf(address.getScheme());
    if (!Set.of("http", "https").contains(scheme)
        || address.getHost() == null
        || address.getUserInfo() != null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw ConfigErrors.invalid(
          ADDRESS,
          "is not the URL of a server alone. Use https://host:port; credentials have settings of their own.");
    }
    if (scheme.equals("http") && !allowInsecureDevDefaults) {
      throw ConfigErrors.invalid(
          ADDRESS,
          "uses http: token and keys would travel in the clear. Use https, or set allow_insecure_dev_defaults=true for a test.");
    }
    tls.validate(allowInsecureDevDefaults);
    AuthFields.validate(authMethod, allowInsecureDevDefaults);
  }
}
