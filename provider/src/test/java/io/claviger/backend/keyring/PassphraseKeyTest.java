package io.claviger.backend.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.ConfigurationException;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of passphrases: the kind and cost that stand beside what they wrap. */
class PassphraseKeyTest {
  private static final String PASSPHRASE = "correct horse bättery staple";

  private static ObjectNode json(PassphraseKey key) {
    ObjectNode json = JsonMapper.builder().build().createObjectNode();
    key.write(json);
    return json;
  }

  @Test
  void pbkdf2IsTheJdks() throws Exception {
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    PBEKeySpec spec = new PBEKeySpec(PASSPHRASE.toCharArray(), salt, 10_000, 256);
    byte[] expected =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    byte[] key = new Pbkdf2Key(salt, 10_000).derive(PASSPHRASE.getBytes(StandardCharsets.UTF_8));
    assertThat(key).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"argon2id, argon2id", "'', argon2id", "pbkdf2, pbkdf2-hmac-sha256"})
  void theSettingDecidesAboutNewOnesAndTheFileAboutOldOnes(String setting, String kdf)
      throws Exception {
    PassphraseKey fresh = PassphraseKey.fresh(setting);
    ObjectNode json = json(fresh);
    assertThat(json.get("kdf").asText()).isEqualTo(kdf);
    assertThat(json(PassphraseKey.read(json))).isEqualTo(json);
    assertThat(json(PassphraseKey.fresh(setting)).get("salt")).isNotEqualTo(json.get("salt"));
  }

  @Test
  void anotherSettingIsRefused() {
    assertThatThrownBy(() -> PassphraseKey.fresh("scrypt"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("\"scrypt\", expected argon2id or pbkdf2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9_999, 100_000_001})
  void aCostThatNobodyWroteIsNotRead(int iterations) throws Exception {
    ObjectNode json = json(PassphraseKey.fresh("pbkdf2")).put("iterations", iterations);
    assertThat(PassphraseKey.read(json)).isNull();
    assertThat(PassphraseKey.read(json.put("iterations", 10_000))).isNotNull();
    assertThat(PassphraseKey.read(json.put("kdf", "pbkdf2"))).isNull();
    assertThat(PassphraseKey.read(json(PassphraseKey.fresh("pbkdf2")).put("salt", new byte[15])))
        .isNull();
  }
}
