package io.claviger.e2e.awskms;

import static io.claviger.e2e.awskms.Services.kmsFailure;
import static io.claviger.e2e.awskms.Services.refused;
import static io.claviger.e2e.awskms.Services.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.MortalLocalStack;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The server of the keys is killed under load and started again, twice: without the key, which is
 * deleted then for all that a client can see, and with it. This process is not restarted.
 */
class RestartIT {
  private static final String BUCKET = "aws-kms-restart";
  private static final int THREADS = 4;
  private static final long BOUND_SECONDS = 120;

  private final String account = KmsServer.freshAccount();
  private final String keyId = UUID.randomUUID().toString();

  /** LocalStack takes id and material of a key from tags, so that it can be made once more. */
  private void createKey(AwsKmsConfig config) {
    byte[] material = keyId.replace("-", "").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (KmsClient admin = Services.administrator(config)) {
      admin.createKey(
          r ->
              r.tags(
                  tag("_custom_id_", keyId),
                  tag("_custom_key_material_", Base64.getEncoder().encodeToString(material))));
    }
  }

  private static Tag tag(String name, String value) {
    return Tag.builder().tagKey(name).tagValue(value).build();
  }

  /** Puts and reads objects until it fails; returns with what. */
  private static KmsException workUntilItFails(S3Client s3, Queue<String> done) {
    while (true) {
      String name = "o/" + UUID.randomUUID();
      try {
        s3.putObject(b -> b.bucket(BUCKET).key(name), RequestBody.fromString(name));
        assertThat(read(s3, name)).isEqualTo(name);
        done.add(name);
      } catch (SdkException e) {
        return kmsFailure(e);
      }
    }
  }

  private static String read(S3Client s3, String name) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(name)).asUtf8String();
  }

  private static void awaitSuccess(KmsServiceManager service, String keyId) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (true) {
      try {
        roundTrip(service.manager(), keyId);
        return;
      } catch (KmsException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
      }
    }
  }

  @Test
  void aServerThatIsKilledInTrafficIsUsedAgainWhenItIsBack() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (MortalLocalStack server = new MortalLocalStack();
        S3Client plain = E2e.plain(KmsServer.LOCALSTACK.http())) {
      plain.createBucket(b -> b.bucket(BUCKET));
      AwsKmsConfig config =
          AwsKmsConfig.of(KmsServer.REGION)
              .withEndpointUrl(server.http())
              .withCredentials(AccessKey.of(account, "secret"));
      createKey(config);
      KmsServiceManager service =
          Services.running(config, b -> b.defaultKeyId(keyId).enableCache(false));
      try (S3Client s3 = Services.sealing(service, false)) {
        Queue<String> stored = new ConcurrentLinkedQueue<>();
        CountDownLatch busy = new CountDownLatch(THREADS * 3);
        List<Future<KmsException>> failures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          failures.add(threads.submit(() -> workUntilItFails(s3, counting(stored, busy))));
        }
        assertThat(busy.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
        server.kill();
        Set<ErrorKind> kinds = ConcurrentHashMap.newKeySet();
        for (Future<KmsException> failure : failures) {
          kinds.add(failure.get(BOUND_SECONDS, TimeUnit.SECONDS).kind());
        }
        assertThat(kinds).isSubsetOf(ErrorKind.UNAVAILABLE, ErrorKind.TIMED_OUT);
        assertThat(catchThrowable(() -> read(s3, stored.peek())))
            .isInstanceOfSatisfying(
                SdkException.class, e -> assertThat(kmsFailure(e).isRetryable()).isTrue());

        server.start();
        awaitAnswer(service);
        KmsException gone =
            refused(ErrorKind.KEY_NOT_FOUND, () -> roundTrip(service.manager(), keyId));
        assertThat(gone).hasMessageContaining(keyId);
        assertThat(catchThrowable(() -> read(s3, stored.peek())))
            .as("a deleted key")
            .isInstanceOf(SdkException.class)
            .hasMessageContaining(keyId);

        createKey(config);
        awaitSuccess(service, keyId);
        for (String name : stored) {
          assertThat(read(s3, name)).isEqualTo(name);
        }
        s3.putObject(b -> b.bucket(BUCKET).key("after"), RequestBody.fromString("after"));
        assertThat(read(s3, "after")).isEqualTo("after");
      } finally {
        service.stop();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Queue<String> counting(Queue<String> stored, CountDownLatch busy) {
    return new ConcurrentLinkedQueue<>() {
      @Override
      public boolean add(String name) {
        busy.countDown();
        return stored.add(name);
      }
    };
  }

  /** The circuit breaker of the service may be open for a while. */
  private static void awaitAnswer(KmsServiceManager service) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (true) {
      try {
        service.manager().healthCheck();
        return;
      } catch (KmsException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
      }
    }
  }
}
