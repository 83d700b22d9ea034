package io.claviger.e2e.interop;

import io.claviger.e2e.env.E2e;
import io.claviger.same.WholeBodies;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.encryption.s3.S3EncryptionClient;

/** One store seen by a plain client, by this library, and by the S3 Encryption Client. */
record Both(S3Client plain, S3Client ours, S3Client theirs) implements AutoCloseable {
  static final SecretKey THEIR_KEY = new SecretKeySpec(new byte[32], "AES");

  static Both over(URI endpoint) {
    return over(endpoint, b -> {});
  }

  /** The interceptors see what the store sends and gets: they come after ours, and below theirs. */
  static Both over(
      URI endpoint, Consumer<S3EncryptionClient.Builder> theirs, ExecutionInterceptor... below) {
    S3Client ours = E2e.sealing(endpoint, b -> {}, below);
    return new Both(E2e.plain(endpoint), ours, theirs(endpoint, theirs, below));
  }

  static S3Client theirs(
      URI endpoint, Consumer<S3EncryptionClient.Builder> more, ExecutionInterceptor... below) {
    Consumer<S3EncryptionClient.Builder> key = b -> b.aesKey(THEIR_KEY);
    return theirsUnder(endpoint, key.andThen(more), below);
  }

  /** Returns a client of theirs with the key that {@code settings} give. */
  static S3Client theirsUnder(
      URI endpoint, Consumer<S3EncryptionClient.Builder> settings, ExecutionInterceptor... below) {
    ExecutionInterceptor[] all = Arrays.copyOf(below, below.length + 1);
    all[below.length] = new WholeBodies();
    S3EncryptionClient.Builder theirs =
        S3EncryptionClient.builderV4()
            .wrappedClient(E2e.plain(endpoint))
            .wrappedAsyncClient(E2e.plainAsync(endpoint, all));
    settings.accept(theirs);
    return theirs.build();
  }

  byte[] stored(String bucket, String key) {
    return plain.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
  }

  /** Changes one bit of what is stored and nothing else. */
  void flip(String bucket, String key, int at) {
    HeadObjectResponse head = plain.headObject(b -> b.bucket(bucket).key(key));
    byte[] stored = stored(bucket, key);
    stored[at] ^= 1;
    plain.putObject(
        b -> b.bucket(bucket).key(key).contentType(head.contentType()).metadata(head.metadata()),
        RequestBody.fromBytes(stored));
  }

  @Override
  public void close() {
    plain.close();
    ours.close();
    theirs.close();
  }
}
