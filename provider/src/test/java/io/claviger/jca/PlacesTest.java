package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** At every place among the providers ours serves its keys and disturbs nobody else. */
class PlacesTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir Path folder;

  private KmsServiceManager service;
  private ClavigerProvider provider;

  /** First, second, in the middle, last. */
  static IntStream places() {
    int last = Security.getProviders().length + 1;
    return IntStream.of(1, 2, last / 2, last).distinct();
  }

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("orders");
    provider = new ClavigerProvider(service);
  }

  @AfterEach
  void stop() {
    Security.removeProvider(ClavigerProvider.NAME);
    service.stop();
  }

  @ParameterizedTest
  @MethodSource("places")
  void oursServesItsKeysAndTheJdkAllOthers(int place) throws Exception {
    assertThat(Security.insertProviderAt(provider, place)).isEqualTo(place);
    assertThat(provider.selfCheck().place()).isEqualTo(place);
    SecretKey raw = new SecretKeySpec(new byte[32], "AES");
    for (String transformation :
        new String[] {
          "AES/GCM/NoPadding", "AES/CBC/PKCS5Padding", "AES/CTR/NoPadding", "AESWrap"
        }) {
      assertThat(served(transformation, raw)).isEqualTo("SunJCE");
      assertThat(served(transformation, provider.key("orders"))).isEqualTo("Claviger");
    }
    assertThat(served("AES", raw)).isEqualTo("SunJCE");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(raw);
    assertThat(mac.getProvider().getName()).isEqualTo("SunJCE");
    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(KmsKeySpec.named("mac").withUsage(KeyUsage.SIGN_VERIFY));
    Mac ours = Mac.getInstance("HmacSHA256");
    ours.init(generator.generateKey());
    assertThat(ours.getProvider()).isSameAs(provider);
    assertThat(KeyGenerator.getInstance("AES").generateKey().getEncoded()).hasSizeBetween(16, 32);

    // asked before init, the first provider answers for all; it must then take what comes
    Mac early = Mac.getInstance("HmacSHA512");
    assertThat(early.getMacLength()).isEqualTo(64);
    early.init(new SecretKeySpec(new byte[1], "HmacSHA512"));
    assertThat(early.doFinal()).hasSize(64);
    Cipher asked = Cipher.getInstance("AES/GCM/NoPadding");
    assertThat(asked.getBlockSize()).isEqualTo(16);
    asked.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(128, new byte[12]));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("GCM");
    parameters.init(new GCMParameterSpec(128, new byte[12]));
    Cipher back = Cipher.getInstance("AES/GCM/NoPadding");
    back.init(Cipher.DECRYPT_MODE, raw, parameters);
    assertThat(back.doFinal(asked.doFinal(new byte[3]))).hasSize(3);
  }

  private static String served(String transformation, SecretKey key) throws Exception {
    Cipher cipher = Cipher.getInstance(transformation);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    assertThat(cipher.doFinal(new byte[16])).isNotEmpty();
    return cipher.getProvider().getName();
  }

  @ParameterizedTest
  @MethodSource("places")
  void keyStoreFilesAndTlsWorkOn(int place) throws Exception {
    Security.insertProviderAt(provider, place);
    KeyStore files = withCertificate();
    Certificate certificate = files.getCertificate("tls");
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    files.setKeyEntry("secret", new SecretKeySpec(new byte[16], "AES"), PASSWORD, null);
    files.store(stored, PASSWORD);
    KeyStore again = KeyStore.getInstance("PKCS12");
    again.load(new ByteArrayInputStream(stored.toByteArray()), PASSWORD);
    assertThat(again.getKey("secret", PASSWORD).getEncoded()).hasSize(16);
    assertThat(again.getCertificate("tls")).isEqualTo(certificate);

    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(files, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("tls", certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
      SSLContext context = SSLContext.getInstance(version);
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      SSLEngine server = context.createSSLEngine();
      server.setUseClientMode(false);
      SSLEngine client = context.createSSLEngine("localhost", 443);
      client.setUseClientMode(true);
      client.setEnabledProtocols(new String[] {version});
      byte[] arrived = talk(client, server, new byte[] {1, 2, 3});
      assertThat(arrived).containsExactly(1, 2, 3);
      assertThat(client.getSession().getProtocol()).isEqualTo(version);
    }
  }

  private KeyStore withCertificate() throws Exception {
    Path file = folder.resolve("tls.p12");
    ChildJvm.keytool(
        System.getProperty("java.home"),
        new String[] {"-genkeypair", "-alias", "tls", "-keyalg", "EC", "-dname", "CN=localhost"},
        "-keystore",
        file.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        new String(PASSWORD));
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  /** Hands records from one engine to the other until the server has what the client sends. */
  private static byte[] talk(SSLEngine client, SSLEngine server, byte[] message) throws Exception {
    ByteBuffer toServer = ByteBuffer.allocate(65_536);
    ByteBuffer toClient = ByteBuffer.allocate(65_536);
    ByteBuffer sent = ByteBuffer.wrap(message);
    ByteBuffer got = ByteBuffer.allocate(65_536);
    for (int round = 0; round < 200 && got.position() < message.length; round++) {
      step(client, sent, toServer, toClient, ByteBuffer.allocate(65_536));
      step(server, ByteBuffer.allocate(0), toClient, toServer, got);
    }
    return Arrays.copyOf(got.array(), got.position());
  }

  private static void step(
      SSLEngine engine, ByteBuffer app, ByteBuffer out, ByteBuffer in, ByteBuffer plain)
      throws Exception {
    engine.wrap(app, out);
    in.flip();
    engine.unwrap(in, plain);
    in.compact();
    for (Runnable task = engine.getDelegatedTask();
        task != null && engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
