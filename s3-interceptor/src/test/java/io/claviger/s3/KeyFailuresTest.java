package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.service.KmsServiceManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Keys that are wrong, missing, surplus, unknown, disabled or not to be had: S3's own answers. */
class KeyFailuresTest extends RefusalCalls {
  private static final CustomersKey ONE = CustomersKey.of(1);
  private static final CustomersKey TWO = CustomersKey.of(2);

  private static final Map<String, String> UNTAGGED = Map.of("x-amz-tagging-count", "0");

  private void s3Refuses(int status, String code, String advice, ThrowingCallable call) {
    Map<String, TinyStore.Stored> before = Map.copyOf(store.objects);
    S3Exception e = catchThrowableOfType(S3Exception.class, call);
    assertThat(e).as(advice).isNotNull();
    assertThat(e.statusCode()).as(e.getMessage()).isEqualTo(status);
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(e).hasMessageContaining("s3://b/").hasMessageContaining(advice);
    assertThat(store.objects).isEqualTo(before);
  }

  /** Every way to read an object or to copy from it, with {@code key} or without one. */
  private static List<ThrowingCallable> reads(S3Client client, CustomersKey key) {
    Consumer<GetObjectRequest.Builder> of = key == null ? b -> {} : key::get;
    Consumer<CopyObjectRequest.Builder> from =
        b -> {
          if (key != null) {
            b.copySourceSSECustomerAlgorithm("AES256")
                .copySourceSSECustomerKey(key.key())
                .copySourceSSECustomerKeyMD5(key.md5());
          }
        };
    return List.of(
        () -> get(client, of),
        () -> get(client, b -> of.accept(b.range("bytes=1-2"))),
        () ->
            client.headObject(
                b ->
                    b.bucket("b")
                        .key("k")
                        .sseCustomerAlgorithm(key == null ? null : "AES256")
                        .sseCustomerKey(key == null ? null : key.key())
                        .sseCustomerKeyMD5(key == null ? null : key.md5())),
        () -> copy(client, from),
        () -> copy(client, b -> from.accept(b.destinationKey("k").metadataDirective("REPLACE"))));
  }

  @Test
  void aWrongMissingOrSurplusCustomersKey() {
    put(s3, ONE::put);
    reads(s3, TWO).forEach(read -> s3Refuses(403, "AccessDenied", "customer-provided key", read));
    reads(s3, null)
        .forEach(read -> s3Refuses(400, "InvalidRequest", "customer-provided key", read));
    assertThat(get(s3, ONE::get)).isEqualTo(TEXT);
    put(s3, b -> {});
    reads(s3, ONE)
        .forEach(
            read ->
                s3Refuses(400, "InvalidRequest", "not sealed with a customer-provided key", read));
    assertThat(get(s3, b -> {})).isEqualTo(TEXT);
  }

  @Test
  void aMasterKeyThatIsDisabledOrGone() {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "d");
    keys.manager().createKey("d");
    S3Client client = over(keys);
    put(client, b -> {});
    keys.manager().disableKey("d");
    s3Refuses(400, "KMS.DisabledException", "\"d\"", () -> put(client, b -> {}));
    KmsServiceManager others = KmsServiceManager.running(MemoryBackend.create(), "other");
    others.manager().createKey("other");
    for (ThrowingCallable read : reads(over(others), null)) {
      ClavigerS3Exception e = refused(Failure.KEYS, "bring it back", read);
      assertThat(e.statusCode()).isEqualTo(400);
    }
    s3Refuses(
        400,
        "KMS.NotFoundException",
        "option kmsKeyAlias",
        () -> put(over(others), b -> b.serverSideEncryption("aws:kms").ssekmsKeyId("d")));
  }

  private S3Client over(KmsServiceManager keys) {
    return over(keys, true);
  }

  private S3Client over(KmsServiceManager keys, boolean bucketKeys) {
    return Clients.with(
        store.endpoint(),
        ClavigerInterceptor.builder()
            .provider(new ClavigerProvider(keys))
            .plaintextObjects(PlaintextObjects.ALLOW)
            .bucketKeys(bucketKeys)
            .httpClient(Clients.apache())
            .build());
  }

  /** A backend of somebody else's that goes away. */
  private static KmsBackend failing(AtomicBoolean down) {
    KmsBackend keys = MemoryBackend.create();
    return (KmsBackend)
        Proxy.newProxyInstance(
            KmsBackend.class.getClassLoader(),
            new Class<?>[] {KmsBackend.class},
            (proxy, method, arguments) -> {
              if (down.get() && !method.getName().equals("close")) {
                throw KmsException.of(ErrorKind.UNAVAILABLE, "the key store is away");
              }
              try {
                return method.invoke(keys, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void whileTheKeyServiceIsDownNothingIsStoredAndTheStatusIs503() {
    AtomicBoolean down = new AtomicBoolean();
    KmsBackend backend = failing(down);
    KmsServiceManager keys = KmsServiceManager.running(backend, "d");
    keys.manager().createKey("d");
    S3Client client = over(keys, false);
    put(client, b -> {});
    store.objects.put("/b/plain", new TinyStore.Stored(new byte[100], UNTAGGED));
    down.set(true);
    List<ThrowingCallable> calls = new ArrayList<>(reads(client, null));
    calls.add(() -> put(client, b -> b.key("new")));
    calls.add(() -> copy(client, b -> b.sourceKey("plain")));
    calls.add(() -> Rewrap.with(client).object("b", "k"));
    for (ThrowingCallable call : calls) {
      ClavigerS3Exception e = refused(Failure.KEYS, "repeat the call later", call);
      assertThat(e.statusCode()).isEqualTo(503);
      assertThat(e.getCause()).isInstanceOf(KmsException.class);
    }
    for (int i = 0; i < 10; i++) {
      refused(Failure.KEYS, "asked again every second", () -> put(client, b -> b.key("new")));
    }
    assertThat(store.objects.keySet()).containsExactlyInAnyOrder("/b/k", "/b/plain");
    down.set(false);
    S3Client later = untilItStores(client);
    copy(later, b -> b.sourceKey("plain"));
    copy(later, b -> b.destinationKey("copied"));
    assertThat(get(later, b -> b.key("copied"))).isEqualTo(TEXT);
  }

  /** The same client, once its service has asked the backend again. */
  private static S3Client untilItStores(S3Client client) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (true) {
      try {
        put(client, b -> b.key("later"));
        return client;
      } catch (ClavigerS3Exception e) {
        assertThat(System.nanoTime()).as("it works again").isLessThan(end);
      }
    }
  }
}
