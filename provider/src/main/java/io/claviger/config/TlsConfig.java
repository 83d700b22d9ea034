package io.claviger.config;

import io.claviger.kms.BackendFields;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the connection to a server is protected.
 *
 * @param caCertPath PEM file of the authorities to trust; null trusts the JDK's
 * @param clientCertPath PEM file of this client's certificate chain, or null
 * @param clientKeyPath PEM file of its private key (PKCS #8, not encrypted), or null
 * @param skipVerify whether the server's certificate is not checked; for tests only
 */
public record TlsConfig(
    @Nullable Path caCertPath,
    @Nullable Path clientCertPath,
    @Nullable Path clientKeyPath,
    boolean skipVerify) {
  /** The JDK's authorities, no client certificate. */
  public static final TlsConfig DEFAULT = new TlsConfig(null, null, null, false);

  static final String OBJECT = "tls";
  static final String CA = "ca_cert_path";
  static final String CERT = "client_cert_path";
  static final String KEY = "client_key_path";
  static final String SKIP = "skip_verify";
  static final String SKIP_FLAT = "skip_tls_verify";
  static final List<String> FLAT = List.of(CA, CERT, KEY, SKIP_FLAT);

  /** Reads the nested object {@code tls} or the flat fields. */
  static TlsConfig read(BackendFields fields) {
    BackendFields nested = fields.object(OBJECT);
    if (nested == null) {
      return read(fields, SKIP_FLAT);
    }
    for (String flat : FLAT) {
      fields.refuseBoth(flat, OBJECT);
    }
    nested.refuseOthers(List.of(CA, CERT, KEY, SKIP), OBJECT);
    return read(nested, SKIP);
  }

  private static TlsConfig read(BackendFields fields, String skip) {
    return new TlsConfig(
        fields.path(CA), fields.path(CERT), fields.path(KEY), fields.flag(skip, false));
  }

  Map<String, Object> toMap() {
    Map<String, Object> all = new LinkedHashMap<>();
    put(all, CA, caCertPath);
    put(all, CERT, clientCertPath);
    put(all, KEY, clientKeyPath);
    all.put(SKIP, skipVerify);
    return all;
  }

  void validate(boolean allowInsecureDevDefaults) {
    if ((clientCertPath == null) != (clientKeyPath == null)) {
      throw ConfigErrors.invalid(
          clientCertPath == null ? CERT : KEY,
          "is missing. A client certificate needs both its chain and its private key.");
    }
    if (skipVerify && !allowInsecureDevDefaults) {
      throw ConfigErrors.invalid(
          SKIP_FLAT,
          "is true: anyone could pose as the server. Set ca_cert_path instead, or allow_insecure_dev_defaults=true for a test.");
    }
  }

  private static void put(Map<String, Object> all, String field, @Nullable Path path) {
    if (path != null) {
      all.put(field, path.toString());
    }
  }
}
