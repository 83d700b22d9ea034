package io.claviger.backend.vault;

import io.claviger.config.TlsConfig;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.KmsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The TLS context of a {@link TlsConfig}: own authorities, client certificate (RSA, EC, EdDSA). */
final class VaultTls {
  private static final char[] NO_PASSWORD = new char[0];
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";

  private VaultTls() {}

  /** Returns the context; INVALID_CONFIGURATION names the file that cannot be used. */
  static SSLContext context(TlsConfig tls) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(tls), trust(tls), new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw ConfigurationException.ofField("tls", "cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(TlsConfig tls) throws GeneralSecurityException {
    if (tls.skipVerify()) {
      return new TrustManager[] {new InsecureTrustEverybody()};
    }
    Path file = tls.caCertPath();
    if (file == null) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate authority : certificates("ca_cert_path", file)) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(TlsConfig tls) throws GeneralSecurityException {
    Path chain = tls.clientCertPath();
    Path key = tls.clientKeyPath();
    if (chain == null || key == null) {
      return null;
    }
    KeyStore store = emptyStore();
    Certificate[] certificates =
        certificates("client_cert_path", chain).toArray(new Certificate[0]);
    store.setKeyEntry("client", privateKey(key), NO_PASSWORD, certificates);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("internal error: an empty key store was not made", e);
    }
    return store;
  }

  private static Collection<? extends Certificate> certificates(String field, Path file)
      throws GeneralSecurityException {
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(read(field, file)));
    if (found.isEmpty()) {
      throw unusable(field, file, "holds no certificate in PEM", null);
    }
    return found;
  }

  private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
    byte[] content = read("client_key_path", file);
    String pem = new String(content, StandardCharsets.US_ASCII);
    Arrays.fill(content, (byte) 0);
    int begin = pem.indexOf(KEY_BEGIN);
    int end = pem.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw unusable("client_key_path", file, "holds no unencrypted PKCS #8 key in PEM", null);
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
    } catch (IllegalArgumentException e) {
      throw unusable("client_key_path", file, "holds no base64", null);
    }
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException another) {
        // a key of the next kind
      }
    }
    throw unusable("client_key_path", file, "holds a key of none of " + KEY_ALGORITHMS, null);
  }

  private static byte[] read(String field, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unusable(field, file, "cannot be read", e);
    }
  }

  private static KmsException unusable(
      String field, Path file, String why, @Nullable Throwable cause) {
    return ConfigurationException.ofField(
        field, "is \"%s\", which %s. Name a PEM file.".formatted(file, why), cause);
  }

  /** For {@code skip_tls_verify}, which only {@code allow_insecure_dev_defaults} lets pass. */
  private static final class InsecureTrustEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
