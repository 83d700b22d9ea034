package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.S3EncryptionClient;

/** What the Amazon S3 Encryption Client's wrappings by RSA and AWS KMS may say, and what not. */
class ForeignWrappingsTest extends ForeignObjects {
  /** Anyone who has the public key can wrap anything: what is not of the form is refused. */
  @ParameterizedTest
  @CsvSource({
    "32, AES/GCM/NoPadding, true",
    "32, 115, false", // another content algorithm
    "32, AES/GCM/NoPadding2, false",
    "32, AES/GCM/NoPaddin, false",
    "16, AES/GCM/NoPadding, false", // a short key
    "33, AES/GCM/NoPadding, false",
    "0, '', false",
  })
  void whatRsaWrappedIsOfOneForm(int stated, String content, boolean good) throws Exception {
    write("form", bytes(100), Format.RSA_V2);
    byte[] stored = MockStore.stored(bucket, "form").asByteArray();
    Map<String, String> metadata =
        new HashMap<>(MockStore.stored(bucket, "form").response().metadata());
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.DECRYPT_MODE, RSA.getPrivate());
    byte[] dataKey =
        Arrays.copyOfRange(
            cipher.doFinal(Base64.getDecoder().decode(metadata.get("x-amz-key-v2"))), 1, 33);
    ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
    wrapped.write(stated);
    wrapped.write(Arrays.copyOf(dataKey, stated));
    wrapped.write(content.getBytes(StandardCharsets.US_ASCII));
    cipher.init(Cipher.ENCRYPT_MODE, RSA.getPublic());
    metadata.put(
        "x-amz-key-v2", Base64.getEncoder().encodeToString(cipher.doFinal(wrapped.toByteArray())));
    store("form", stored, metadata);
    if (good) {
      assertThat(MockStore.get(ours, bucket, "form")).isEqualTo(bytes(100));
    } else {
      assertThat(refusal(ours, "form").formatFailure()).contains(FormatException.Failure.KEY_WRAP);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"KMS_V2", "KMS_V3"})
  void theContextIsItsWriters(Format format) {
    Map<String, String> tenant = Map.of("tenant", "a \"b\"");
    format.client.putObject(
        b ->
            b.bucket(bucket)
                .key("c")
                .overrideConfiguration(S3EncryptionClient.withAdditionalConfiguration(tenant)),
        RequestBody.fromBytes(bytes(10)));
    assertThat(MockStore.get(ours, bucket, "c")).isEqualTo(bytes(10));
    assertThat(under(tenant, "c")).isEqualTo(bytes(10));
    for (Map<String, String> other :
        List.of(
            Map.of("tenant", "b"),
            Map.<String, String>of(),
            Map.of("tenant", "a \"b\"", "x", ""))) {
      assertThatThrownBy(() -> under(other, "c"))
          .hasMessageContaining("under the context [tenant]")
          .asInstanceOf(InstanceOfAssertFactories.type(ClavigerS3Exception.class))
          .extracting(ClavigerS3Exception::failure)
          .isEqualTo(Failure.POLICY);
    }
    write("none", bytes(10), format);
    assertThat(under(Map.of(), "none")).isEqualTo(bytes(10));
    assertThatThrownBy(() -> under(tenant, "none")).hasMessageContaining("under the context []");
  }

  private byte[] under(Map<String, String> context, String key) {
    return ours.getObjectAsBytes(
            b ->
                b.bucket(bucket)
                    .key(key)
                    .overrideConfiguration(
                        c ->
                            c.putExecutionAttribute(
                                RequestAttributes.ENCRYPTION_CONTEXT,
                                EncryptionContext.of(context))))
        .asByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"aws:x-amz-cek-alg":"AES/CBC/PKCS5Padding"} | UNKNOWN_VERSION
          {"aws:x-amz-cek-alg":"115"}                  | UNKNOWN_VERSION
          {}                                           | UNKNOWN_VERSION
          =?UTF-8?B?e30=?=                             | UNKNOWN_VERSION
          {"aws:x-amz-cek-alg":1}                      | ENVELOPE_MALFORMED
          {"a":"1","a":"1"}                            | ENVELOPE_MALFORMED
          {"a":{}}                                     | ENVELOPE_MALFORMED
          {"a":"1"                                     | ENVELOPE_MALFORMED
          {"a":"1"}{}                                  | ENVELOPE_MALFORMED
          []                                           | ENVELOPE_MALFORMED
          x                                            | ENVELOPE_MALFORMED
          {"aws:x-amz-cek-alg":"AES/GCM/NoPadding","added":"1"} | KMS
          """)
  void aChangedContextIsRefused(String context, String failure) {
    write("changed", bytes(10), Format.KMS_V2);
    byte[] stored = MockStore.stored(bucket, "changed").asByteArray();
    Map<String, String> metadata =
        new HashMap<>(MockStore.stored(bucket, "changed").response().metadata());
    metadata.put("x-amz-matdesc", context);
    store("changed", stored, metadata);
    ClavigerS3Exception refusal = refusal(ours, "changed");
    assertThat(refusal.failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    assertThat(refusal.formatFailure().map(Enum::name).orElse("KMS")).isEqualTo(failure);
  }

  /** Version 1 of its wrapping by AWS KMS authenticates no content algorithm. */
  @ParameterizedTest
  @ValueSource(strings = {"kms", "RSA", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding", "AESWrap", "12"})
  void anOlderWrappingIsNamed(String name) {
    write("old", bytes(10), Format.KMS_V2);
    byte[] stored = MockStore.stored(bucket, "old").asByteArray();
    Map<String, String> metadata =
        new HashMap<>(MockStore.stored(bucket, "old").response().metadata());
    metadata.put("x-amz-wrap-alg", name);
    store("old", stored, metadata);
    assertThat(refusal(ours, "old").formatFailure())
        .contains(FormatException.Failure.UNKNOWN_VERSION);
    assertThat(refusal(ours, "old")).hasMessageContaining('"' + name + '"');
  }

  @Test
  void oneReadDecryptsOnce() {
    write("once", bytes(10), Format.KMS_V3);
    int before = KMS.decrypts.get();
    assertThat(MockStore.get(ours, bucket, "once")).isEqualTo(bytes(10));
    assertThat(KMS.decrypts.get() - before).isEqualTo(1);
    ours.headObject(b -> b.bucket(bucket).key("once"));
    assertThat(KMS.decrypts.get() - before).isEqualTo(1);
  }

  /** An outage is none of the object's faults. */
  @Test
  void whatTheKeyServiceThrowsArrives() {
    write("outage", bytes(10), Format.KMS_V3);
    S3Client known =
        ours(
            S3EncryptionClientKeys.objectsUpTo(MAX)
                .kms(
                    (blob, context) -> {
                      throw KmsException.of(ErrorKind.UNAVAILABLE, "no answer; repeat");
                    }));
    assertThat(refusal(known, "outage").failure()).isEqualTo(Failure.KEYS);
    assertThat(refusal(known, "outage")).hasMessageContaining("no answer; repeat");
    S3Client raw =
        ours(
            S3EncryptionClientKeys.objectsUpTo(MAX)
                .kms(
                    (blob, context) -> {
                      throw DisabledException.builder().message("is disabled").build();
                    }));
    assertThatThrownBy(() -> MockStore.get(raw, bucket, "outage"))
        .hasRootCauseInstanceOf(DisabledException.class);
  }
}
