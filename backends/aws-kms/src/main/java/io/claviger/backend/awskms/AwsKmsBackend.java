package io.claviger.backend.awskms;

import io.claviger.kms.Capabilities;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeySpec;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/**
 * Keys that never leave AWS KMS. The encryption context is KMS's own: authenticated by it, and
 * shown in CloudTrail. Blobs name no version; KMS finds it.
 *
 * <p>Threads: safe. Blocking: every use of a key is one request.
 */
final class AwsKmsBackend extends AwsKeys {
  private static final Capabilities CAPABILITIES =
      new Capabilities(true, true, true, false, false, true, true);

  /** KMS numbers no versions. */
  private static final int UNNUMBERED = 0;

  private static final int MAX_BLOB_BYTES = 6144;
  private static final int MAX_MESSAGE_BYTES = 4096;

  AwsKmsBackend(AwsCalls aws) {
    super(aws);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public boolean takesArns() {
    return true;
  }

  @Override
  public EncryptResult encrypt(EncryptRequest request) {
    AwsKeyId id = aws.id(request.keyId());
    requireSize(id, "encrypts", request.plaintext().length(), EncryptRequest.MAX_PLAINTEXT_BYTES);
    EncryptResponse sealed =
        request
            .plaintext()
            .use(
                plain ->
                    aws.call(
                        "kms:Encrypt",
                        id.subject(),
                        c ->
                            c.encrypt(
                                r ->
                                    r.keyId(id.sent())
                                        .plaintext(SdkBytes.fromByteArrayUnsafe(plain))
                                        .encryptionContext(
                                            request.encryptionContext().entries()))));
    return result("kms:Encrypt", id, sealed.keyId(), sealed.ciphertextBlob());
  }

  private static EncryptResult result(
      String action, AwsKeyId id, @Nullable String arn, @Nullable SdkBytes blob) {
    return new EncryptResult(
        AwsAnswers.key(arn, action, id),
        UNNUMBERED,
        AwsAnswers.bytes(blob, "CiphertextBlob", action, id));
  }

  private static void requireSize(AwsKeyId id, String does, int bytes, int most) {
    if (bytes < 1 || bytes > most) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "%s: %d bytes, and AWS KMS %s 1 to %d at once. Use a data key for more, and nothing for none"
              .formatted(id.subject(), bytes, does, most));
    }
  }

  @Override
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    AwsKeyId id = aws.id(request.keyId());
    EncryptionContext context = request.encryptionContext();
    KeySpec spec = request.keySpec();
    if (!request.withPlaintext()) {
      String action = "kms:GenerateDataKeyWithoutPlaintext";
      GenerateDataKeyWithoutPlaintextResponse made =
          aws.call(
              action,
              id.subject(),
              c ->
                  c.generateDataKeyWithoutPlaintext(
                      r ->
                          r.keyId(id.sent())
                              .keySpec(kind(spec))
                              .encryptionContext(context.entries())));
      EncryptResult blob = result(action, id, made.keyId(), made.ciphertextBlob());
      return new DataKey(
          blob.keyId(),
          UNNUMBERED,
          spec,
          null,
          blob.ciphertextBlob(),
          AwsKey.stamp(made.keyMaterialId()));
    }
    String action = "kms:GenerateDataKey";
    GenerateDataKeyResponse made =
        aws.call(
            action,
            id.subject(),
            c ->
                c.generateDataKey(
                    r ->
                        r.keyId(id.sent())
                            .keySpec(kind(spec))
                            .encryptionContext(context.entries())));
    byte[] plain = AwsAnswers.bytes(made.plaintext(), "Plaintext", action, id);
    EncryptResult blob = result(action, id, made.keyId(), made.ciphertextBlob());
    return new DataKey(
        blob.keyId(),
        UNNUMBERED,
        spec,
        ofLength(plain, spec, id),
        blob.ciphertextBlob(),
        AwsKey.stamp(made.keyMaterialId()));
  }

  /** Emulators give other lengths than they were asked for. */
  private static SecretBytes ofLength(byte[] plain, KeySpec spec, AwsKeyId id) {
    SecretBytes key = SecretBytes.takeOwnership(plain);
    if (plain.length != spec.keyBytes()) {
      key.close();
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "%s: the service made a data key of %d bytes for %s, which has %d. Nothing was done with it; check endpoint_url, AWS KMS itself makes none such"
              .formatted(id.subject(), plain.length, spec.wireName(), spec.keyBytes()));
    }
    return key;
  }

  /** Only the length differs: a ChaCha20 key is 32 random bytes too. */
  private static DataKeySpec kind(KeySpec spec) {
    return switch (spec) {
      case AES_128 -> DataKeySpec.AES_128;
      case AES_256, CHACHA20 -> DataKeySpec.AES_256;
    };
  }

  @Override
  public SecretBytes decrypt(DecryptRequest request) {
    AwsKeyId id = aws.id(request.requireKeyId());
    SdkBytes blob = blob(id, request.ciphertextBlob());
    DecryptResponse opened =
        aws.call(
            "kms:Decrypt",
            id.subject(),
            c ->
                c.decrypt(
                    r ->
                        r.keyId(id.sent())
                            .ciphertextBlob(blob)
                            .encryptionContext(request.encryptionContext().entries())));
    SecretBytes plain =
        SecretBytes.takeOwnership(
            AwsAnswers.bytes(opened.plaintext(), "Plaintext", "kms:Decrypt", id));
    if (opened.keyId() == null || !id.means(opened.keyId())) {
      plain.close();
      throw notAuthentic(id, "AWS KMS opened it under another key");
    }
    return plain;
  }

  /** KMS would take a blob that cannot be one for a malformed request. */
  private static SdkBytes blob(AwsKeyId id, byte[] blob) {
    if (blob.length == 0 || blob.length > MAX_BLOB_BYTES) {
      throw notAuthentic(id, "%d bytes are no blob of AWS KMS".formatted(blob.length));
    }
    return SdkBytes.fromByteArrayUnsafe(blob);
  }

  private static KmsException notAuthentic(AwsKeyId id, String found) {
    return KmsException.of(
        ErrorKind.NOT_AUTHENTIC,
        "%s: the ciphertext does not open (%s). Use the key and the encryption context that it was made with"
            .formatted(id.subject(), found));
  }

  /** Inside KMS: the plaintext does not come here. */
  @Override
  public EncryptResult rewrap(DecryptRequest request) {
    AwsKeyId id = aws.id(request.requireKeyId());
    SdkBytes blob = blob(id, request.ciphertextBlob());
    var context = request.encryptionContext().entries();
    ReEncryptResponse again =
        aws.call(
            "kms:ReEncryptFrom and kms:ReEncryptTo",
            id.subject(),
            c ->
                c.reEncrypt(
                    r ->
                        r.sourceKeyId(id.sent())
                            .destinationKeyId(id.sent())
                            .ciphertextBlob(blob)
                            .sourceEncryptionContext(context)
                            .destinationEncryptionContext(context)));
    return result("kms:ReEncryptTo", id, again.keyId(), again.ciphertextBlob());
  }

  /** HMAC keys do not rotate: they have one version, and one algorithm. */
  @Override
  public byte[] mac(MacRequest request) {
    AwsKeyId id = aws.id(request.keyId());
    if (request.version() > 1) {
      throw KmsException.of(
          ErrorKind.KEY_NOT_FOUND,
          "%s has no version %d: keys for MACs have one in AWS KMS"
              .formatted(id.subject(), request.version()));
    }
    requireSize(id, "makes MACs of", request.message().length, MAX_MESSAGE_BYTES);
    GenerateMacResponse made =
        aws.call(
            "kms:GenerateMac",
            id.subject(),
            c ->
                c.generateMac(
                    r ->
                        r.keyId(id.sent())
                            .macAlgorithm(algorithm(request.algorithm()))
                            .message(SdkBytes.fromByteArrayUnsafe(request.message()))));
    return AwsAnswers.bytes(made.mac(), "Mac", "kms:GenerateMac", id);
  }

  private static MacAlgorithmSpec algorithm(MacAlgorithm algorithm) {
    return switch (algorithm) {
      case HMAC_SHA_256 -> MacAlgorithmSpec.HMAC_SHA_256;
      case HMAC_SHA_384 -> MacAlgorithmSpec.HMAC_SHA_384;
      case HMAC_SHA_512 -> MacAlgorithmSpec.HMAC_SHA_512;
    };
  }

  /** Lists one key; a policy that denies it shows that KMS answers and knows who asks. */
  @Override
  public void healthCheck() {
    aws.callUnlessDenied(
        "kms:ListKeys", "AWS KMS", c -> c.listKeys(r -> r.limit(1)).keys().size(), 0);
  }

  @Override
  public void close() {
    aws.close();
  }
}
