package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.KeyLengthException;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.AESEncrypter;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import io.jsonwebtoken.Jwts;
import org.jose4j.jwe.JsonWebEncryption;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens by jose4j, Nimbus JOSE and jjwt. */
class JoseIT extends OpaqueKeys {
  private static final String TEXT = "{\"sub\":\"a\"}";

  @ParameterizedTest
  @ValueSource(strings = {"A256KW", "A256GCMKW"})
  void jose4jEncrypts(String algorithm) throws Exception {
    JsonWebEncryption made = new JsonWebEncryption();
    made.setAlgorithmHeaderValue(algorithm);
    made.setEncryptionMethodHeaderParameter("A256GCM");
    made.setKey(key);
    made.setPayload(TEXT);
    String token = made.getCompactSerialization();
    JsonWebEncryption read = new JsonWebEncryption();
    read.setCompactSerialization(token);
    read.setKey(key);
    assertThat(read.getPayload()).isEqualTo(TEXT);
  }

  /** Known not to work: jose4j takes the bytes of a key for {@code dir}. Use A256KW or Nimbus. */
  @Test
  void jose4jDoesNotEncryptDirectly() {
    JsonWebEncryption made = new JsonWebEncryption();
    made.setAlgorithmHeaderValue("dir");
    made.setEncryptionMethodHeaderParameter("A256GCM");
    made.setKey(key);
    made.setPayload(TEXT);
    assertThatThrownBy(made::getCompactSerialization).isInstanceOf(NullPointerException.class);
  }

  @Test
  void jose4jSigns() throws Exception {
    JsonWebSignature made = new JsonWebSignature();
    made.setAlgorithmHeaderValue("HS256");
    made.setKey(macKey);
    made.setPayload(TEXT);
    String token = made.getCompactSerialization();
    JsonWebSignature read = new JsonWebSignature();
    read.setCompactSerialization(token);
    read.setKey(macKey);
    assertThat(read.verifySignature()).isTrue();
    assertThat(read.getPayload()).isEqualTo(TEXT);
  }

  @Test
  void nimbusEncryptsDirectly() throws Exception {
    JWEObject made =
        new JWEObject(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), new Payload(TEXT));
    made.encrypt(new DirectEncrypter(key));
    JWEObject read = JWEObject.parse(made.serialize());
    read.decrypt(new DirectDecrypter(key));
    assertThat(read.getPayload()).hasToString(TEXT);
  }

  @Test
  void nimbusSigns() throws Exception {
    JWSObject made = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(TEXT));
    made.sign(new MACSigner(macKey));
    JWSObject read = JWSObject.parse(made.serialize());
    assertThat(read.verify(new MACVerifier(macKey))).isTrue();
  }

  /** Known not to work: it takes the length of the key from its encoding. Use {@code dir}. */
  @Test
  void nimbusDoesNotWrapWithAKeyWithoutEncoding() {
    assertThatThrownBy(() -> new AESEncrypter(key)).isInstanceOf(KeyLengthException.class);
  }

  /** Known not to work: jjwt wants the encoding of a key for JWE. Use jose4j. */
  @Test
  void jjwtDoesNotEncryptWithAKeyWithoutEncoding() {
    assertThatThrownBy(
            () ->
                Jwts.builder()
                    .subject("a")
                    .encryptWith(key, Jwts.KEY.A256KW, Jwts.ENC.A256GCM)
                    .compact())
        .isInstanceOf(io.jsonwebtoken.security.SecurityException.class);
  }
}
