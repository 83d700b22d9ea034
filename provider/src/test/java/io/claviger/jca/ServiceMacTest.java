package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MACs that the backend makes, under a key that it never lends. */
class ServiceMacTest {
  private static final byte[] RAW =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final Keeping backend = new Keeping();
  private KmsServiceManager service;
  private ClavigerProvider provider;

  /** A backend that makes MACs and lends nothing. */
  private static final class Keeping extends LendingBackend {
    private final AtomicInteger calls = new AtomicInteger();

    Keeping() {
      super(KeyUsage.SIGN_VERIFY);
      put("m", RAW);
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(false, false, false, false, false, true, true);
    }

    @Override
    public KeyMetadata createKey(CreateKeyRequest request) {
      throw KmsException.of(ErrorKind.KEY_ALREADY_EXISTS, "there is one");
    }

    @Override
    public SecretBytes lendMaterial(String keyId, int version) {
      throw KmsException.of(ErrorKind.UNSUPPORTED_CAPABILITY, "never lent");
    }

    @Override
    public byte[] mac(MacRequest request) {
      calls.incrementAndGet();
      return expected(request.algorithm(), request.message());
    }
  }

  private static byte[] expected(MacAlgorithm algorithm, byte[] message) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName(), "SunJCE");
      mac.init(new SecretKeySpec(RAW, algorithm.jcaName()));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(backend, null);
    provider = new ClavigerProvider(service);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  @ParameterizedTest
  @EnumSource(MacAlgorithm.class)
  void aMacIsOneCallHoweverTheMessageComes(MacAlgorithm algorithm) throws Exception {
    byte[] message = new byte[1000];
    new Random(5).nextBytes(message);
    Mac mac = Mac.getInstance(algorithm.jcaName(), provider);
    mac.init(provider.key("m"));
    assertThat(mac.getMacLength()).isEqualTo(algorithm.macBytes());
    mac.update(message[0]);
    mac.update(message, 1, 499);
    Mac copy = (Mac) mac.clone();
    ByteBuffer rest = ByteBuffer.allocateDirect(500).put(message, 500, 500).flip();
    mac.update(rest);
    assertThat(rest.hasRemaining()).isFalse();
    assertThat(backend.calls).hasValue(0);
    assertThat(mac.doFinal()).isEqualTo(expected(algorithm, message));
    assertThat(backend.calls).hasValue(1);
    assertThat(copy.doFinal(Arrays.copyOfRange(message, 500, 1000)))
        .isEqualTo(expected(algorithm, message));
    mac.update(message);
    mac.reset();
    assertThat(mac.doFinal()).isEqualTo(expected(algorithm, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(ints = {MacRequest.MAX_MESSAGE_BYTES, MacRequest.MAX_MESSAGE_BYTES + 1})
  void aMessageThatCannotBeSentIsRefusedAndForgotten(int bytes) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    mac.init(provider.key("m"));
    mac.update(new byte[bytes - 1]);
    if (bytes > MacRequest.MAX_MESSAGE_BYTES) {
      assertThatThrownBy(() -> mac.doFinal(new byte[1]))
          .isInstanceOf(ProviderException.class)
          .hasCauseInstanceOf(KmsException.class)
          .hasMessageContaining("at most 786432 bytes");
    } else {
      assertThat(mac.doFinal(new byte[1]))
          .isEqualTo(expected(MacAlgorithm.HMAC_SHA_256, new byte[bytes]));
    }
    assertThat(mac.doFinal(new byte[2]))
        .isEqualTo(expected(MacAlgorithm.HMAC_SHA_256, new byte[2]));
  }

  @Test
  void aDestroyedKeyIsRefusedByInit() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    KmsKey key = provider.key("m");
    key.destroy();
    assertThatThrownBy(() -> mac.init(key)).isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> mac.doFinal(new byte[1])).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aMacKeyOfNoUseIsNotCreated() {
    LendingBackend useless =
        new LendingBackend(KeyUsage.SIGN_VERIFY) {
          @Override
          public Capabilities capabilities() {
            return Capabilities.REQUIRED_ONLY;
          }
        };
    KmsServiceManager other = KmsServiceManager.running(useless, null);
    try {
      CreateKeyRequest request = CreateKeyRequest.named("u").withUsage(KeyUsage.SIGN_VERIFY);
      assertThatThrownBy(() -> other.manager().createKey(request))
          .isInstanceOf(KmsException.class)
          .hasMessageContaining("has no use for a key for SignVerify");
    } finally {
      other.stop();
    }
  }
}
