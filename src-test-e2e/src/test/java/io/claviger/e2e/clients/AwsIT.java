package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.adobe.testing.s3mock.S3MockApplication;
import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import io.claviger.same.S3Mock;
import io.claviger.same.WholeBodies;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.S3EncryptionClient;

/** The Amazon S3 Encryption Client and the AWS Encryption SDK. */
class AwsIT extends OpaqueKeys {
  private static final S3MockApplication SERVER = S3Mock.start();

  private static <B extends AwsClientBuilder<B, ?>> B mocked(B builder) {
    return builder
        .endpointOverride(URI.create("http://localhost:" + SERVER.getHttpPort()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
  }

  private void roundTrip(String bucket, UnaryOperator<S3EncryptionClient.Builder> with) {
    try (S3Client plain = mocked(S3Client.builder()).forcePathStyle(true).build();
        S3AsyncClient async =
            mocked(S3AsyncClient.builder())
                .forcePathStyle(true)
                .overrideConfiguration(c -> c.addExecutionInterceptor(new WholeBodies()))
                .build();
        S3Client theirs =
            with.apply(
                    S3EncryptionClient.builderV4()
                        .aesKey(key)
                        .wrappedClient(plain)
                        .wrappedAsyncClient(async))
                .build()) {
      plain.createBucket(b -> b.bucket(bucket));
      theirs.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromString("a letter"));
      assertThat(theirs.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asUtf8String())
          .isEqualTo("a letter");
      byte[] stored = plain.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray();
      assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("letter");
    }
  }

  @Test
  void s3EncryptionClientTakesTheKey() {
    roundTrip("key-only", b -> b);
  }

  @Test
  void s3EncryptionClientTakesTheProviderForEverything() {
    roundTrip("key-and-provider", b -> b.cryptoProvider(provider));
  }

  @Test
  void encryptionSdkTakesTheKeyAsMasterKey() {
    AwsCrypto crypto =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
            .build();
    JceMasterKey master = JceMasterKey.getInstance(key, "Claviger", "orders", "AES/GCM/NoPadding");
    byte[] message = "a letter".getBytes(StandardCharsets.UTF_8);
    byte[] sealed = crypto.encryptData(master, message, Map.of("tenant", "a")).getResult();
    var opened = crypto.decryptData(master, sealed);
    assertThat(opened.getResult()).isEqualTo(message);
    assertThat(opened.getEncryptionContext()).containsEntry("tenant", "a");
  }
}
