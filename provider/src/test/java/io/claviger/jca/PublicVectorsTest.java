package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public answers of Project Wycheproof through opaque keys, every case of every file. */
class PublicVectorsTest {
  /** A case: its key, opaque, and the rest as bytes. */
  private record Case(JsonNode group, JsonNode test, KmsKey key) {
    byte[] hex(String field) {
      return HexFormat.of().parseHex(test.get(field).asText());
    }

    String id() {
      return test.get("tcId").asText();
    }

    /** What is acceptable need not be accepted; see the places that say so. */
    boolean valid() {
      return test.get("result").asText().equals("valid");
    }

    boolean acceptable() {
      return test.get("result").asText().equals("acceptable");
    }

    byte[] sealed() {
      return HexFormat.of().parseHex(test.get("ct").asText() + test.get("tag").asText());
    }
  }

  private interface Check {
    void run(Case one, ClavigerProvider provider) throws Exception;
  }

  private static void each(String file, KeyUsage usage, Check check) throws Exception {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
    ClavigerProvider provider = new ClavigerProvider(service);
    int tried = 0;
    try (InputStream in =
        PublicVectorsTest.class.getResourceAsStream("/vectors/wycheproof/" + file)) {
      JsonNode all = JsonMapper.builder().build().readTree(in);
      for (JsonNode group : all.get("testGroups")) {
        for (JsonNode test : group.get("tests")) {
          byte[] raw = HexFormat.of().parseHex(test.get("key").asText());
          KmsKey key = ImportedKeys.key(provider, raw, usage);
          check.run(new Case(group, test, key), provider);
          tried++;
        }
      }
      assertThat(tried).isEqualTo(all.get("numberOfTests").asInt());
    } finally {
      service.stop();
    }
  }

  @Test
  void aesGcm() throws Exception {
    each("aes_gcm_test.json", KeyUsage.ENCRYPT_DECRYPT, PublicVectorsTest::gcm);
  }

  private static void gcm(Case one, ClavigerProvider provider) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    byte[] iv = one.hex("iv");
    GCMParameterSpec spec = new GCMParameterSpec(one.group().get("tagSize").asInt(), iv);
    if (iv.length == 0) {
      assertThat(catchThrowable(() -> cipher.init(Cipher.DECRYPT_MODE, one.key(), spec)))
          .as(one.id())
          .isInstanceOf(InvalidAlgorithmParameterException.class);
      return;
    }
    cipher.init(Cipher.DECRYPT_MODE, one.key(), spec);
    cipher.updateAAD(one.hex("aad"));
    if (!one.valid()) {
      assertThat(catchThrowable(() -> cipher.doFinal(one.sealed())))
          .as(one.id())
          .isInstanceOf(javax.crypto.AEADBadTagException.class);
      return;
    }
    assertThat(cipher.doFinal(one.sealed())).as(one.id()).isEqualTo(one.hex("msg"));
    Cipher back = Cipher.getInstance("AES/GCM/NoPadding", provider);
    back.init(Cipher.ENCRYPT_MODE, one.key(), spec);
    back.updateAAD(one.hex("aad"));
    assertThat(back.doFinal(one.hex("msg"))).as(one.id()).isEqualTo(one.sealed());
  }

  @ParameterizedTest
  @CsvSource({
    "hmac_sha256_test.json, HmacSHA256",
    "hmac_sha384_test.json, HmacSHA384",
    "hmac_sha512_test.json, HmacSHA512"
  })
  void hmac(String file, String algorithm) throws Exception {
    each(
        file,
        KeyUsage.SIGN_VERIFY,
        (one, provider) -> {
          Mac mac = Mac.getInstance(algorithm, provider);
          mac.init(one.key());
          byte[] made = mac.doFinal(one.hex("msg"));
          byte[] cut = Arrays.copyOf(made, one.group().get("tagSize").asInt() / 8);
          assertThat(MessageDigest.isEqual(cut, one.hex("tag")))
              .as(one.id())
              .isEqualTo(one.valid());
        });
  }

  @ParameterizedTest
  @CsvSource({"aes_wrap_test.json, AES/KW/NoPadding", "aes_kwp_test.json, AES/KWP/NoPadding"})
  void keyWrap(String file, String transformation) throws Exception {
    each(
        file,
        KeyUsage.ENCRYPT_DECRYPT,
        (one, provider) -> {
          Cipher cipher = Cipher.getInstance(transformation, provider);
          if (one.valid()) {
            cipher.init(Cipher.WRAP_MODE, one.key());
            assertThat(cipher.wrap(new SecretKeySpec(one.hex("msg"), "AES")))
                .as(one.id())
                .isEqualTo(one.hex("ct"));
          }
          cipher.init(Cipher.UNWRAP_MODE, one.key());
          byte[] unwrapped;
          try {
            unwrapped = cipher.unwrap(one.hex("ct"), "AES", Cipher.SECRET_KEY).getEncoded();
          } catch (InvalidKeyException e) {
            assertThat(one.valid()).as(one.id()).isFalse();
            return;
          }
          // acceptable: keys of 8 bytes and the like, which RFC 3394 leaves open
          assertThat(one.valid() || one.acceptable()).as(one.id()).isTrue();
          assertThat(unwrapped).as(one.id()).isEqualTo(one.hex("msg"));
        });
  }

  @Test
  void aesCbc() throws Exception {
    each(
        "aes_cbc_pkcs5_test.json",
        KeyUsage.ENCRYPT_DECRYPT,
        (one, provider) -> {
          Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding", provider);
          cipher.init(Cipher.DECRYPT_MODE, one.key(), new IvParameterSpec(one.hex("iv")));
          if (one.valid()) {
            assertThat(cipher.doFinal(one.hex("ct"))).as(one.id()).isEqualTo(one.hex("msg"));
            cipher.init(Cipher.ENCRYPT_MODE, one.key(), new IvParameterSpec(one.hex("iv")));
            assertThat(cipher.doFinal(one.hex("msg"))).as(one.id()).isEqualTo(one.hex("ct"));
          } else if (one.hex("ct").length == 0) {
            assertThat(cipher.doFinal()).as("the JDK takes nothing for nothing").isEmpty();
          } else {
            assertThat(catchThrowable(() -> cipher.doFinal(one.hex("ct"))))
                .as(one.id())
                .isInstanceOf(GeneralSecurityException.class);
          }
        });
  }
}
