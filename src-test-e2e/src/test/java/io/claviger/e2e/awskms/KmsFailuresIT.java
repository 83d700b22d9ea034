package io.claviger.e2e.awskms;

import static io.claviger.e2e.awskms.Services.CONTEXT;
import static io.claviger.e2e.awskms.Services.refused;
import static io.claviger.e2e.awskms.Services.roundTrip;
import static io.claviger.e2e.awskms.Services.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.TcpProxy;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Outages, wrong settings and keys that may not be used, over LocalStack; IAM is moto's. */
class KmsFailuresIT {
  private static final int THREADS = 4;

  private final String account = KmsServer.freshAccount();
  private final AwsKmsConfig here = KmsServer.LOCALSTACK.configOf(account);

  private AwsKmsConfig elsewhere() {
    return AwsKmsConfig.of("eu-west-1")
        .withEndpointUrl(here.endpointUrl())
        .withCredentials(here.credentials());
  }

  /**
   * A call that is cut off in the middle fails with a kind that says so, and nobody restarts
   * anything.
   */
  @Test
  void callsOfAKilledServerFailByKindAndSucceedWhenItIsBack() throws Exception {
    try (TcpProxy relay = new TcpProxy(here.endpointUrl())) {
      KmsServiceManager service = running(here.withEndpointUrl(relay.url()));
      KmsManager kms = service.manager();
      kms.createKey("orders");
      Set<ErrorKind> failures = ConcurrentHashMap.newKeySet();
      AtomicBoolean goOn = new AtomicBoolean(true);
      CountDownLatch busy = new CountDownLatch(THREADS * 3);
      CountDownLatch failed = new CountDownLatch(THREADS);
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(
            threads.submit(
                () -> {
                  boolean once = false;
                  while (goOn.get()) {
                    try {
                      roundTrip(kms, "orders");
                      busy.countDown();
                    } catch (KmsException e) {
                      failures.add(e.kind());
                      if (!once) {
                        failed.countDown();
                      }
                      once = true;
                    }
                  }
                }));
      }
      assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
      relay.kill();
      assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
      goOn.set(false);
      for (Future<?> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
      threads.shutdown();
      assertThat(failures).isNotEmpty().isSubsetOf(ErrorKind.UNAVAILABLE, ErrorKind.TIMED_OUT);
      refused(ErrorKind.UNAVAILABLE, kms::healthCheck);
      relay.comeBack();
      kms.healthCheck();
      roundTrip(kms, "orders");
      service.stop();
    }
  }

  /** The SDK repeats first, then the service; what is refused nevertheless says why. */
  @Test
  void throttledCallsSucceedAndWhatIsThrottledOnAndOnIsRateLimited() {
    try (CountedKms front = new CountedKms(here.endpointUrl())) {
      KmsServiceManager service = running(here.withEndpointUrl(front.url()));
      KmsManager kms = service.manager();
      kms.createKey("orders");
      front.forget();
      front.throttle(2);
      roundTrip(kms, "orders");
      assertThat(front.of("GenerateDataKey")).as("twice refused").isEqualTo(3);
      front.throttle(Integer.MAX_VALUE);
      assertThat(refused(ErrorKind.RATE_LIMITED, () -> roundTrip(kms, "orders")))
          .hasMessageContaining("quota")
          .hasMessageContaining("bucketKeys(true)");
      front.throttle(0);
      roundTrip(kms, "orders");
      service.stop();
    }
  }

  @Test
  void wrongCredentialsAreDeniedAtTheStart() {
    MotoIam iam = new MotoIam();
    iam.allow(List.of("kms:*"));
    AccessKey right = (AccessKey) iam.user().credentials();
    KmsServiceManager service = running(iam.user());
    service.manager().createKey("orders");
    roundTrip(service.manager(), "orders");
    service.stop();
    for (AccessKey wrong :
        List.of(
            AccessKey.of(right.accessKeyId(), "wrong"), AccessKey.of("AKIAWRONG", "whatever"))) {
      KmsServiceManager other = running(iam.user().withCredentials(wrong));
      KmsException e =
          refused(ErrorKind.ACCESS_DENIED, () -> other.manager().describeKey("orders"));
      assertThat(e).hasMessageNotContaining("whatever");
      other.stop();
    }
  }

  @Test
  void aKeyOfAnotherRegionIsNotFoundAndBothAreNamed() {
    KmsServiceManager service = running(here);
    String arn = service.manager().createKey("orders").keyId();
    byte[] blob = roundTrip(service.manager(), "orders");
    service.stop();
    KmsServiceManager other = running(elsewhere());
    KmsException e =
        refused(
            ErrorKind.KEY_NOT_FOUND,
            () -> other.manager().decrypt(new DecryptRequest(arn, blob, CONTEXT)));
    assertThat(e).hasMessageContaining("region us-east-1").hasMessageContaining("eu-west-1");
    refused(ErrorKind.KEY_NOT_FOUND, () -> other.manager().describeKey("orders"));
    other.stop();
  }

  /** AWS demands the ARN for it, and a key policy that lets the other account use the key. */
  @Test
  void aKeyOfAnotherAccountIsUsedByItsArn() {
    KmsServiceManager owner = running(here);
    String arn = owner.manager().createKey("orders").keyId();
    owner.manager().tagKey("orders", Map.of("team", "a"));
    owner.stop();
    KmsServiceManager other = running(KmsServer.LOCALSTACK.newAccount());
    KeyMetadata key = other.manager().describeKey(arn);
    assertThat(key.keyId()).isEqualTo(arn);
    assertThat(key.tags()).as("only its account lists them").isEmpty();
    roundTrip(other.manager(), arn);
    refused(ErrorKind.KEY_NOT_FOUND, () -> other.manager().describeKey("orders"));
    other.stop();
  }

  @Test
  void whatAMultiRegionKeySealedOpensUnderItsReplica() {
    String arn;
    try (KmsClient client =
        KmsClient.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(here.endpointUrl())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "secret")))
            .build()) {
      arn = client.createKey(r -> r.multiRegion(true)).keyMetadata().arn();
      client.replicateKey(r -> r.keyId(arn).replicaRegion("eu-west-1"));
    }
    KmsServiceManager service = running(here);
    byte[] blob = roundTrip(service.manager(), arn);
    service.stop();
    KmsServiceManager other = running(elsewhere());
    other.manager().decrypt(new DecryptRequest(arn, blob, CONTEXT)).close();
    assertThat(other.manager().describeKey(arn).keyId()).contains(":eu-west-1:").contains("mrk-");
    other.stop();
  }

  @Test
  void disabledAndPendingKeysAreRefusedByKind() {
    KmsServiceManager service = running(here, b -> b.enableCache(false));
    KmsManager kms = service.manager();
    String arn = kms.createKey("orders").keyId();
    byte[] blob = roundTrip(kms, arn);
    DecryptRequest request = new DecryptRequest(arn, blob, CONTEXT);
    kms.disableKey("orders");
    assertThat(refused(ErrorKind.INVALID_KEY_STATE, () -> kms.decrypt(request)))
        .hasMessageContaining("Enable it");
    kms.deleteKey(DeleteKeyRequest.schedule("orders", 7));
    refused(ErrorKind.INVALID_KEY_STATE, () -> kms.decrypt(request));
    kms.cancelKeyDeletion("orders");
    kms.enableKey(arn);
    kms.decrypt(request).close();
    service.stop();
  }

  /** What one process does under one name is noticed under the other, in both processes. */
  @Test
  void twoServicesShareKeysAndNoticeEachOthersChanges() throws Exception {
    KmsServiceManager one = running(here, b -> b.strictDecrypt(true));
    KmsServiceManager two = running(here, b -> b.strictDecrypt(true));
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<KeyMetadata>> made = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      KmsManager kms = (i % 2 == 0 ? one : two).manager();
      made.add(threads.submit(() -> kms.ensureKey("shared")));
    }
    Set<String> arns = new HashSet<>();
    for (Future<KeyMetadata> each : made) {
      arns.add(each.get(60, TimeUnit.SECONDS).keyId());
    }
    threads.shutdown();
    assertThat(arns).as("all have the one that won").hasSize(1);
    String arn = arns.iterator().next();
    DecryptRequest request = new DecryptRequest(arn, roundTrip(one.manager(), "shared"), CONTEXT);
    two.manager().decrypt(request).close();
    one.manager().disableKey("shared");
    refused(ErrorKind.INVALID_KEY_STATE, () -> one.manager().decrypt(request));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (two.manager().recentState(arn) != KeyState.DISABLED) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    refused(ErrorKind.INVALID_KEY_STATE, () -> two.manager().decrypt(request));
    long left =
        one.manager().listKeys(ListKeysRequest.first()).keys().stream()
            .filter(key -> key.state() != KeyState.PENDING_DELETION)
            .count();
    assertThat(left).as("losers of the race take their keys back").isEqualTo(1);
    one.stop();
    two.stop();
  }

  @Test
  void aNameThatIsTakenMakesNoKey() {
    KmsServiceManager service = running(here);
    KmsManager kms = service.manager();
    kms.createKey("orders");
    refused(ErrorKind.KEY_ALREADY_EXISTS, () -> kms.createKey("orders"));
    refused(ErrorKind.INVALID_REQUEST, () -> kms.createKey("or ders"));
    refused(
        ErrorKind.UNSUPPORTED_CAPABILITY,
        () -> kms.createKey(CreateKeyRequest.named("x").withBits(128)));
    assertThat(kms.listKeys(ListKeysRequest.first()).keys()).hasSize(1);
    service.stop();
  }
}
