package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.TlsConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.service.KmsServiceManager;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Vault whose certificate is of an authority of one's own and that asks for the client's. */
class TlsIT {
  @TempDir static Path folder;
  private static Certificates certificates;
  private static VaultProcess vault;

  @BeforeAll
  static void start() throws Exception {
    certificates = new Certificates(folder, "authority");
    certificates.sign("authority", "server", "EC");
    certificates.sign("authority", "client-ec", "EC");
    certificates.sign("authority", "client-rsa", "RSA");
    new Certificates(folder, "stranger").sign("stranger", "client-strange", "EC");
    HttpClient http = TlsClient.of(certificates, "authority", "client-ec");
    vault =
        VaultProcess.tls(
                folder,
                http,
                """
                tls_cert_file = "%s"
                tls_key_file = "%s"
                tls_client_ca_file = "%s"
                tls_require_and_verify_client_cert = true
                """
                    .formatted(
                        certificates.cert("server"),
                        certificates.key("server"),
                        certificates.cert("authority")))
            .withEngines();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  private static KmsServiceManager service(TlsConfig tls) {
    KmsServiceManager service = new KmsServiceManager();
    VaultConnection connection =
        VaultConnection.of(vault.address(), AuthMethod.Token.of(vault.token("claviger-transit")))
            .withTls(tls);
    service.configure(
        Steps.config(
            VaultTransitConfig.of(connection),
            c -> c.retryAttempts(1).allowInsecureDevDefaults(tls.skipVerify())));
    return service;
  }

  private static TlsConfig tls(String authority, String client) {
    return new TlsConfig(
        authority == null ? null : certificates.cert(authority),
        client == null ? null : certificates.cert(client),
        client == null ? null : certificates.key(client),
        false);
  }

  private static void assertWorks(KmsServiceManager service) {
    service.start();
    String key = "k-" + UUID.randomUUID();
    service.manager().createKey(key);
    Steps.roundTrip(service.manager(), key);
    service.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client-ec", "client-rsa"})
  void itsAuthorityAndAClientCertificate(String client) {
    assertWorks(service(tls("authority", client)));
  }

  @Test
  void withoutItsAuthorityOrWithAStrangersNothingIsSent() {
    for (String authority : new String[] {null, "stranger"}) {
      assertThat(refused(ErrorKind.UNAVAILABLE, () -> service(tls(authority, "client-ec")).start()))
          .hasMessageContaining("TLS failed")
          .hasMessageContaining("ca_cert_path");
    }
  }

  @Test
  void withoutAClientCertificateOrWithAStrangersItIsRefused() {
    for (String client : new String[] {null, "client-strange"}) {
      refused(ErrorKind.UNAVAILABLE, () -> service(tls("authority", client)).start());
    }
  }

  @Test
  void verificationCanBeSwitchedOffForATest() {
    assertWorks(
        service(
            new TlsConfig(
                null, certificates.cert("client-ec"), certificates.key("client-ec"), true)));
  }

  @Test
  void aFileThatIsNoneIsNamed() {
    Path none = folder.resolve("none.pem");
    TlsConfig missing = new TlsConfig(none, null, null, false);
    assertThat(refused(ErrorKind.INVALID_CONFIGURATION, () -> service(missing).start()))
        .hasMessageContaining("\"ca_cert_path\" is \"" + none + "\", which cannot be read");
    TlsConfig swapped =
        new TlsConfig(
            certificates.cert("authority"),
            certificates.cert("client-ec"),
            certificates.cert("client-ec"),
            false);
    assertThat(refused(ErrorKind.INVALID_CONFIGURATION, () -> service(swapped).start()))
        .hasMessageContaining("\"client_key_path\" is")
        .hasMessageContaining("holds no unencrypted PKCS #8 key");
  }
}
