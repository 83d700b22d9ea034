package io.claviger.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.jca.KmsKey;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys of every size as they are stored, with what they sealed and signed: this and every later
 * version reads both. {@code -Dfrozen.write.sizes=true} writes the files where there are none.
 */
class FrozenKeySizesTest {
  private static final Path FOLDER = FrozenWriter.FROZEN.resolve("0.1/key-sizes");
  private static final Path BUNDLE = FOLDER.resolve("bundle");
  private static final Path ANSWERS = FOLDER.resolve("answers.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] MESSAGE = "frozen".getBytes(StandardCharsets.US_ASCII);
  private static final List<CreateKeyRequest> KEYS =
      List.of(
          CreateKeyRequest.named("aes128").withBits(128),
          CreateKeyRequest.named("aes192").withBits(192),
          mac("mac16", 128),
          mac("mac64", 512),
          mac("mac1024", 8192));

  @TempDir Path temporary;

  private static CreateKeyRequest mac(String id, int bits) {
    return CreateKeyRequest.named(id).withUsage(KeyUsage.SIGN_VERIFY).withBits(bits);
  }

  private static SecretBytes passphrase() {
    return SecretBytes.copyOf("frozen sizes".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void keysOfEverySizeAreRead() throws Exception {
    if (Boolean.getBoolean("frozen.write.sizes")) {
      write();
    }
    LocalConfig config = LocalConfig.of(temporary.resolve("read"), "q");
    try (LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      assertThat(folder.importFrom(BUNDLE, passphrase()).imported()).hasSize(KEYS.size());
    }
    ClavigerProvider provider = FrozenKeys.over(config);
    try {
      for (JsonNode answer : JSON.readTree(ANSWERS.toFile())) {
        check(provider, answer);
      }
    } finally {
      provider.serviceManager().stop();
    }
  }

  private static void check(ClavigerProvider provider, JsonNode answer)
      throws GeneralSecurityException, IOException {
    KmsKey key = provider.key(answer.get("id").asText());
    assertThat(key.bits()).isEqualTo(answer.get("bits").asInt());
    if (key.usage() == KeyUsage.SIGN_VERIFY) {
      assertThat(mac(provider, key)).isEqualTo(answer.get("mac").binaryValue());
      return;
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    GCMParameterSpec spec = new GCMParameterSpec(128, answer.get("iv").binaryValue());
    cipher.init(Cipher.DECRYPT_MODE, key, spec);
    assertThat(cipher.doFinal(answer.get("sealed").binaryValue())).isEqualTo(MESSAGE);
    assertThat(KmsEnvelope.under(key).open(answer.get("message").binaryValue())).isEqualTo(MESSAGE);
  }

  private static byte[] mac(ClavigerProvider provider, KmsKey key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA512", provider);
    mac.init(key);
    return mac.doFinal(MESSAGE);
  }

  private void write() throws GeneralSecurityException, IOException {
    Files.createDirectory(FOLDER); // what is frozen stays
    LocalConfig config = LocalConfig.of(temporary.resolve("written"), "p");
    ClavigerProvider provider = FrozenKeys.over(config);
    ArrayNode answers = JSON.createArrayNode();
    for (CreateKeyRequest request : KEYS) {
      provider.serviceManager().manager().createKey(request);
      answers.add(answer(provider, provider.key(String.valueOf(request.keyName()))));
    }
    provider.serviceManager().stop();
    try (LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      folder.exportTo(BUNDLE, passphrase());
    }
    Files.writeString(ANSWERS, answers.toPrettyString() + "\n");
  }

  private static ObjectNode answer(ClavigerProvider provider, KmsKey key)
      throws GeneralSecurityException {
    ObjectNode answer = JSON.createObjectNode().put("id", key.keyId()).put("bits", key.bits());
    if (key.usage() == KeyUsage.SIGN_VERIFY) {
      return answer.put("mac", mac(provider, key));
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(MESSAGE);
    return answer
        .put("iv", cipher.getIV())
        .put("sealed", sealed)
        .put("message", KmsEnvelope.under(key).seal(MESSAGE));
  }
}
