package io.claviger.e2e.bulk;

import io.claviger.e2e.env.E2e;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.same.WholeBodies;
import java.net.URI;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.CommitmentPolicy;
import software.amazon.encryption.s3.S3EncryptionClient;
import software.amazon.encryption.s3.algorithms.AlgorithmSuite;

/** The Amazon S3 Encryption Client itself, which writes what is to be moved. */
final class Theirs {
  private static final SecretKey KEY = new SecretKeySpec(new byte[32], "AES");

  /** Keys of readers; objects above 1 MiB are not held in memory. */
  static final S3EncryptionClientKeys KEYS = S3EncryptionClientKeys.objectsUpTo(1 << 20).aes(KEY);

  private Theirs() {}

  /** Returns a client that writes version 2 or 3 of its format; the caller closes it. */
  static S3Client writing(URI endpoint, int version) {
    S3EncryptionClient.Builder theirs =
        S3EncryptionClient.builderV4()
            .wrappedClient(E2e.plain(endpoint))
            .wrappedAsyncClient(E2e.plainAsync(endpoint, new WholeBodies()))
            .aesKey(KEY);
    if (version == 2) {
      theirs
          .encryptionAlgorithm(AlgorithmSuite.ALG_AES_256_GCM_IV12_TAG16_NO_KDF)
          .commitmentPolicy(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
    }
    return theirs.build();
  }
}
