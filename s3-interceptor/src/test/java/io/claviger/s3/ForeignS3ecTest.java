package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.encryption.S3EncryptionClientMessage;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Objects that the real Amazon S3 Encryption Client wrote, read through the interceptor. */
class ForeignS3ecTest extends ForeignObjects {
  @ParameterizedTest
  @EnumSource
  void whatItWroteIsRead(Format format) {
    for (int size : new int[] {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 1 << 20}) {
      write("k" + size, bytes(size), format);
      assertThat(MockStore.get(ours, bucket, "k" + size)).isEqualTo(bytes(size));
      HeadObjectResponse head = ours.headObject(b -> b.bucket(bucket).key("k" + size));
      assertThat(head.contentLength()).isEqualTo(size);
      assertThat(head.metadata()).isEqualTo(Map.of("mine", "kept"));
    }
  }

  /** Above the limit of memory, in two passes; nothing comes out that was not verified. */
  @ParameterizedTest
  @EnumSource
  void messagesAreReadTwiceAndNeverHeld(Format format) throws IOException {
    S3EncryptionClientKeys limited = keys(1);
    for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 1 << 20}) {
      write("twice", bytes(size), format);
      byte[] stored = MockStore.stored(bucket, "twice").asByteArray();
      Map<String, String> metadata = MockStore.stored(bucket, "twice").response().metadata();
      try (S3EncryptionClientMessage message = limited.message(metadata, stored.length)) {
        assertThat(message.plainBytes()).isEqualTo(size);
        assertThatThrownBy(() -> message.open(new ByteArrayInputStream(stored)))
            .isInstanceOf(IllegalStateException.class);
        message.verify(new ByteArrayInputStream(stored));
        assertThat(message.open(new ByteArrayInputStream(stored)).readAllBytes())
            .isEqualTo(bytes(size));
        byte[] changed = stored.clone();
        changed[changed.length / 3] ^= 1;
        refused(() -> message.verify(new ByteArrayInputStream(changed)), "tag mismatch");
        byte[] cut = Arrays.copyOf(stored, stored.length - 1);
        refused(() -> message.verify(new ByteArrayInputStream(cut)), "another number");
        byte[] longer = Arrays.copyOf(stored, stored.length + 1);
        refused(() -> message.verify(new ByteArrayInputStream(longer)), "another number");
        // a store that gives other bytes the second time does not get its last piece accepted
        InputStream second = message.open(new ByteArrayInputStream(changed));
        byte[] given = new byte[size + 1];
        refused(() -> second.readNBytes(given, 0, size == 0 ? 1 : size), "tag mismatch");
        second.close();
      }
    }
  }

  private static void refused(ThrowingCallable reading, String why) {
    assertThatThrownBy(reading).isInstanceOf(FormatException.class).hasMessageContaining(why);
  }

  @ParameterizedTest
  @EnumSource
  void whatItWroteInPartsIsRead(Format format) {
    byte[] plain = bytes(11 << 20);
    write(theirs(b -> format.settings.accept(b.enableMultipartPutObject(true))), "parts", plain);
    assertThat(MockStore.stored(bucket, "parts").response().eTag()).contains("-");
    assertThat(MockStore.get(ours, bucket, "parts")).isEqualTo(plain);
  }

  @ParameterizedTest
  @EnumSource
  void anyBitThatChangesIsNoticed(Format format) {
    write("bits", bytes(100), format);
    byte[] stored = MockStore.stored(bucket, "bits").asByteArray();
    Map<String, String> metadata = MockStore.stored(bucket, "bits").response().metadata();
    for (int at : new int[] {0, 50, 99, 100, 115}) {
      byte[] changed = stored.clone();
      changed[at] ^= 1;
      store("bits", changed, metadata);
      assertThat(refusal(ours, "bits").failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    }
    for (String name : new String[] {"x-amz-key-v2", "x-amz-iv", "x-amz-3", "x-amz-d", "x-amz-i"}) {
      if (metadata.containsKey(name)) {
        byte[] value = Base64.getDecoder().decode(metadata.get(name));
        value[value.length / 2] ^= 1;
        Map<String, String> changed = new HashMap<>(metadata);
        changed.put(name, Base64.getEncoder().encodeToString(value));
        store("bits", stored, changed);
        assertThat(refusal(ours, "bits").failure()).as(name).isEqualTo(Failure.NOT_AUTHENTIC);
      }
    }
    store("bits", stored, metadata);
    assertThat(MockStore.get(ours, bucket, "bits")).isEqualTo(bytes(100));
  }

  @ParameterizedTest
  @EnumSource
  void theLimitIsExact(Format format) {
    S3Client limited = ours(keys(1_000));
    write("fits", bytes(1_000), format);
    write("large", bytes(1_001), format);
    assertThat(MockStore.get(limited, bucket, "fits")).isEqualTo(bytes(1_000));
    assertThat(refusal(limited, "large").formatFailure())
        .contains(FormatException.Failure.TOO_LARGE);
    assertThat(refusal(limited, "large")).hasMessageContaining("1001").hasMessageContaining("1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-9", "bytes=5-", "bytes=-5"})
  void rangesAreRefused(String range) {
    write("range", bytes(100), Format.V3);
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> ours.getObjectAsBytes(b -> b.bucket(bucket).key("range").range(range)));
    assertThat(e.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(e).hasMessageContaining("whole");
  }

  @ParameterizedTest
  @EnumSource
  void anotherKeyDoesNotOpenIt(Format format) {
    write("key", bytes(10), format);
    S3Client other =
        ours(
            S3EncryptionClientKeys.objectsUpTo(MAX)
                .aes(new SecretKeySpec(new byte[32], "AES"))
                .rsa(rsa(2048).getPrivate())
                .kms(new LocalKms()::decrypt));
    assertThat(refusal(other, "key").failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    assertThat(refusal(other, "key")).hasMessageContaining("does not open");
  }

  @ParameterizedTest
  @EnumSource
  void aWrappingWithoutKeyIsNamed(Format format) {
    write("unknown", bytes(10), format);
    S3Client without = ours(S3EncryptionClientKeys.objectsUpTo(MAX));
    assertThat(refusal(without, "unknown").formatFailure())
        .contains(FormatException.Failure.UNKNOWN_VERSION);
    assertThat(refusal(without, "unknown"))
        .hasMessageContaining(
            format.name().startsWith("RSA")
                ? "RSA-OAEP-SHA1"
                : format.name().startsWith("KMS") ? "kms+context" : "AES/GCM");
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheOptionItIsRefusedAndNeverTakenForPlaintext(PlaintextObjects policy) {
    write("no option", bytes(10), Format.V3);
    S3Client without = MockStore.with(MockStore.interceptor().plaintextObjects(policy).build());
    assertThat(refusal(without, "no option").failure()).isEqualTo(Failure.NOT_SEALED);
    assertThat(refusal(without, "no option")).hasMessageContaining("s3EncryptionClient");
    assertThatThrownBy(
            () ->
                without.copyObject(
                    b ->
                        b.sourceBucket(bucket)
                            .sourceKey("no option")
                            .destinationBucket(bucket)
                            .destinationKey("copy")))
        .isInstanceOf(ClavigerS3Exception.class);
  }

  @Test
  void movingOverIsReadingAndWriting() {
    byte[] plain = bytes(70_000);
    write("move", plain, Format.V3);
    ours.putObject(
        b -> b.bucket(bucket).key("move"),
        RequestBody.fromBytes(MockStore.get(ours, bucket, "move")));
    assertThat(MockStore.stored(bucket, "move").asByteArray()).startsWith('C', 'L', 'V', 'G');
    assertThat(MockStore.get(MockStore.with(MockStore.interceptor().build()), bucket, "move"))
        .isEqualTo(plain);
  }

  @Test
  void theOptionRefusesWhatItCannotUse() throws Exception {
    S3EncryptionClientKeys none = S3EncryptionClientKeys.objectsUpTo(MAX);
    assertThatThrownBy(() -> none.aes(new SecretKeySpec(new byte[16], "AES")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32")
        .hasMessageContaining("16");
    KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
    assertThatThrownBy(() -> none.rsa(curve.generateKeyPair().getPrivate()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EC");
    for (int limit : new int[] {0, (1 << 30) + 1}) {
      assertThatThrownBy(() -> S3EncryptionClientKeys.objectsUpTo(limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 GiB");
    }
  }
}
