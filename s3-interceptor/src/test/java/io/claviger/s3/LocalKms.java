package io.claviger.s3;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;

/** The two calls of AWS KMS that the Amazon S3 Encryption Client makes, with one key in memory. */
final class LocalKms implements KmsClient {
  static final String KEY_ID = "arn:aws:kms:us-east-1:000000000000:key/one";

  final AtomicInteger decrypts = new AtomicInteger();
  private final SecretKeySpec key = new SecretKeySpec(random(32), "AES");

  /** Decrypts as a program does that reads with these keys. */
  byte[] decrypt(byte[] blob, Map<String, String> context) {
    try {
      return decrypt(
              DecryptRequest.builder()
                  .keyId(KEY_ID)
                  .ciphertextBlob(SdkBytes.fromByteArray(blob))
                  .encryptionContext(context)
                  .build())
          .plaintext()
          .asByteArray();
    } catch (InvalidCiphertextException e) {
      throw KmsException.of(ErrorKind.NOT_AUTHENTIC, "AWS KMS does not open the data key", e);
    }
  }

  @Override
  public GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request) {
    byte[] dataKey = random(32);
    byte[] iv = random(12);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, iv, dataKey, request.encryptionContext());
    byte[] blob = Arrays.copyOf(iv, iv.length + sealed.length);
    System.arraycopy(sealed, 0, blob, iv.length, sealed.length);
    return GenerateDataKeyResponse.builder()
        .keyId(KEY_ID)
        .plaintext(SdkBytes.fromByteArray(dataKey))
        .ciphertextBlob(SdkBytes.fromByteArray(blob))
        .build();
  }

  @Override
  public DecryptResponse decrypt(DecryptRequest request) {
    decrypts.incrementAndGet();
    byte[] blob = request.ciphertextBlob().asByteArray();
    byte[] iv = Arrays.copyOf(blob, 12);
    byte[] sealed = Arrays.copyOfRange(blob, 12, blob.length);
    byte[] dataKey = run(Cipher.DECRYPT_MODE, iv, sealed, request.encryptionContext());
    return DecryptResponse.builder()
        .keyId(KEY_ID)
        .plaintext(SdkBytes.fromByteArray(dataKey))
        .build();
  }

  private byte[] run(int mode, byte[] iv, byte[] input, Map<String, String> context) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(128, iv));
      cipher.updateAAD(new TreeMap<>(context).toString().getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw InvalidCiphertextException.builder().message("InvalidCiphertext").cause(e).build();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  @Override
  public String serviceName() {
    return "kms";
  }

  @Override
  public void close() {
    // holds nothing
  }
}
