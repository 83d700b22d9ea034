package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.InvalidAlgorithmParameterException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers that NIST and RFC 4231 publish, through opaque keys, every case of every file. */
class NistVectorsTest {
  private static final int LEAST_TAG_BITS = 96;

  private KmsServiceManager service;
  private ClavigerProvider provider;

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    provider = new ClavigerProvider(service);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  /**
   * Reads {@code name = value} lines; a case ends at an empty line, and has what the section above
   * it says in brackets, too. FAIL stands alone.
   */
  private static List<Map<String, String>> cases(String file) throws IOException {
    List<Map<String, String>> cases = new ArrayList<>();
    Map<String, String> section = new HashMap<>();
    Map<String, String> one = new HashMap<>();
    try (InputStream in = NistVectorsTest.class.getResourceAsStream("/vectors/" + file);
        InputStream plain = file.endsWith(".gz") ? new GZIPInputStream(in) : in;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String text = line.strip();
        if (text.isEmpty() && one.containsKey("Key")) {
          cases.add(one);
          one = new HashMap<>(section);
        } else if (text.startsWith("[")) {
          pair(text.substring(1, text.length() - 1), section);
          one = new HashMap<>(section);
        } else if (!text.isEmpty() && !text.startsWith("#")) {
          pair(text, one);
        }
      }
    }
    if (one.containsKey("Key")) {
      cases.add(one);
    }
    return cases;
  }

  private static void pair(String text, Map<String, String> into) {
    String[] pair = text.split(" ?= ?", 2);
    into.put(pair[0], pair.length == 1 ? "" : pair[1]);
  }

  private static byte[] bytes(Map<String, String> one, String name) {
    String value = one.getOrDefault(name, "");
    return value.startsWith("\"")
        ? value.substring(1, value.length() - 1).getBytes(StandardCharsets.US_ASCII)
        : HexFormat.of().parseHex(value.toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcmDecrypt128.rsp.gz", "gcmEncryptExtIV128.rsp.gz"})
  void aes128Gcm(String file) throws Exception {
    List<Map<String, String>> cases = cases("nist/" + file);
    assertThat(cases).hasSize(7_875);
    for (Map<String, String> one : cases) {
      gcm(one);
    }
  }

  private void gcm(Map<String, String> one) throws Exception {
    KmsKey key = ImportedKeys.key(provider, bytes(one, "Key"), KeyUsage.ENCRYPT_DECRYPT);
    byte[] tag = bytes(one, "Tag");
    byte[] sealed = concat(bytes(one, "CT"), tag);
    GCMParameterSpec spec = new GCMParameterSpec(Byte.SIZE * tag.length, bytes(one, "IV"));
    Cipher cipher = Cipher.getInstance("AES_128/GCM/NoPadding", provider);
    if (spec.getTLen() < LEAST_TAG_BITS) {
      assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, key, spec))
          .isInstanceOf(InvalidAlgorithmParameterException.class);
      return;
    }
    cipher.init(Cipher.DECRYPT_MODE, key, spec);
    cipher.updateAAD(bytes(one, "AAD"));
    if (one.containsKey("FAIL")) {
      assertThatThrownBy(() -> cipher.doFinal(sealed)).isInstanceOf(AEADBadTagException.class);
      return;
    }
    assertThat(cipher.doFinal(sealed)).isEqualTo(bytes(one, "PT"));
    Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding", provider);
    sealing.init(Cipher.ENCRYPT_MODE, key, spec);
    sealing.updateAAD(bytes(one, "AAD"));
    assertThat(sealing.doFinal(bytes(one, "PT"))).isEqualTo(sealed);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Hash functions without a service here, and keys below 16 bytes, are not this provider's. */
  @Test
  void hmacSamplesOfNist() throws Exception {
    int tried = 0;
    for (Map<String, String> one : cases("nist/hmac_tests.txt")) {
      String algorithm = "Hmac" + one.get("HMAC");
      if (provider.getService("Mac", algorithm) != null
          && hmac(algorithm, one, "Input", "Output")) {
        tried++;
      }
    }
    assertThat(tried).isEqualTo(9);
  }

  @Test
  void hmacOfNist() throws Exception {
    Map<String, String> hashes = Map.of("32", "SHA256", "48", "SHA384", "64", "SHA512");
    int tried = 0;
    for (Map<String, String> one : cases("nist/HMAC.rsp.gz")) {
      if (hmac("Hmac" + hashes.get(one.get("L")), one, "Msg", "Mac")) {
        tried++;
      }
    }
    assertThat(tried).isEqualTo(225 + 300 + 375);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "sha384", "sha512"})
  void hmacOfRfc4231(String hash) throws Exception {
    int tried = 0;
    for (Map<String, String> one : cases("rfc4231/rfc-4231-" + hash + ".txt")) {
      if (hmac("Hmac" + hash.toUpperCase(Locale.ROOT), one, "Msg", "MD")) {
        tried++;
      }
    }
    assertThat(tried).isEqualTo(5);
  }

  private boolean hmac(String algorithm, Map<String, String> one, String message, String mac)
      throws Exception {
    byte[] raw = bytes(one, "Key");
    if (raw.length < 16) {
      return false;
    }
    Mac made = Mac.getInstance(algorithm, provider);
    made.init(ImportedKeys.key(provider, raw, KeyUsage.SIGN_VERIFY));
    byte[] expected = bytes(one, mac);
    assertThat(Arrays.copyOf(made.doFinal(bytes(one, message)), expected.length))
        .isEqualTo(expected);
    return true;
  }
}
