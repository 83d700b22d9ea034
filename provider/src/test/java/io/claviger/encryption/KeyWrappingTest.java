package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Master keys, bucket keys and customer-provided keys around the same data key. */
class KeyWrappingTest {
  private static final ObjectName NAME = new ObjectName("bucket", "a/key ä");
  private static final ObjectName OTHER = new ObjectName("other", "b");

  private final KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "k");
  private final DataKeys dataKeys = new DataKeys(new ClavigerProvider(keys));
  private final EncryptionService service;
  private final byte[] plain = new byte[70_000];

  KeyWrappingTest() {
    keys.manager().createKey("k");
    keys.manager().createKey("l");
    service = new EncryptionService(new ClavigerProvider(keys));
    Arrays.fill(plain, (byte) 7);
  }

  private record Stored(Map<String, String> metadata, byte[] bytes) {}

  private Stored seal(SealRequest request) throws IOException {
    ObjectSealer sealer = service.sealObject(request, plain.length);
    byte[] bytes = sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
    return new Stored(sealer.envelope(), bytes);
  }

  private byte[] open(
      ObjectName name, Map<String, String> metadata, byte[] bytes, @Nullable CustomerKey key)
      throws IOException {
    return service
        .openObject(name, metadata, ReaderPolicy.DEFAULT, null, key)
        .openWhole(new ByteArrayInputStream(bytes), bytes.length)
        .readAllBytes();
  }

  private static CustomerKey customer(int fill) {
    byte[] bytes = new byte[CustomerKey.BYTES];
    Arrays.fill(bytes, (byte) fill);
    return CustomerKey.of(bytes);
  }

  private static SealRequest withCustomerKey(ObjectName name, CustomerKey key) {
    return new SealRequest(
        name, null, EncryptionContext.empty(), NameBinding.OBJECT, "customer", key, false);
  }

  private static SealRequest withBucketKey(ObjectName name) {
    return new SealRequest(
        name, "k", EncryptionContext.empty(), NameBinding.OBJECT, "AES256", null, true);
  }

  private static Failure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(FormatException.class, call).failure();
  }

  @Test
  void aCustomersKeyOpensWhatItSealedAndNothingElseDoes() throws IOException {
    Stored stored = seal(withCustomerKey(NAME, customer(1)));
    assertThat(stored.metadata()).containsEntry("claviger-sse", "customer");
    assertThat(stored.metadata()).doesNotContainKey("claviger-key");
    assertThat(open(NAME, stored.metadata(), stored.bytes(), customer(1))).isEqualTo(plain);
    assertThat(failure(() -> open(NAME, stored.metadata(), stored.bytes(), customer(2))))
        .isEqualTo(Failure.KEY_WRAP);
    assertThat(failure(() -> open(NAME, stored.metadata(), stored.bytes(), null)))
        .isEqualTo(Failure.CUSTOMER_KEY);
    assertThat(failure(() -> open(OTHER, stored.metadata(), stored.bytes(), customer(1))))
        .isEqualTo(Failure.KEY_WRAP);
    Stored ordinary = seal(SealRequest.of(NAME));
    assertThat(failure(() -> open(NAME, ordinary.metadata(), ordinary.bytes(), customer(1))))
        .isEqualTo(Failure.CUSTOMER_KEY);
    assertThat(customer(1)).hasToString("CustomerKey[***redacted***]");
    assertThatThrownBy(() -> CustomerKey.of(new byte[31])).hasMessageContaining("32");
  }

  @Test
  void aBucketKeyServesManyObjectsOfItsBucketOnly() throws IOException {
    Stored one = seal(withBucketKey(NAME));
    Stored two = seal(withBucketKey(new ObjectName("bucket", "second")));
    Stored elsewhere = seal(withBucketKey(OTHER));
    String bucketKey = one.metadata().get("claviger-bk");
    assertThat(bucketKey).isNotNull().isEqualTo(two.metadata().get("claviger-bk"));
    assertThat(elsewhere.metadata().get("claviger-bk")).isNotEqualTo(bucketKey);
    assertThat(one.metadata().get("claviger-dek")).isNotEqualTo(two.metadata().get("claviger-dek"));
    assertThat(open(NAME, one.metadata(), one.bytes(), null)).isEqualTo(plain);
    assertThat(open(OTHER, elsewhere.metadata(), elsewhere.bytes(), null)).isEqualTo(plain);
    for (ObjectName wrong : new ObjectName[] {new ObjectName("bucket", "second"), OTHER}) {
      KmsException e =
          catchThrowableOfType(
              KmsException.class, () -> open(wrong, one.metadata(), one.bytes(), null));
      assertThat(e.kind()).as(wrong.toString()).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    }
    Map<String, String> swapped = new HashMap<>(one.metadata());
    swapped.put("claviger-bk", elsewhere.metadata().get("claviger-bk"));
    assertThatThrownBy(() -> open(NAME, swapped, one.bytes(), null))
        .isInstanceOf(KmsException.class);
    Map<String, String> unbound = new HashMap<>(one.metadata());
    unbound.put("claviger", "1;single;names=none");
    assertThat(failure(() -> open(NAME, unbound, one.bytes(), null)))
        .isEqualTo(Failure.ENVELOPE_INCOMPLETE);
  }

  /** A client that may unwrap by the context alone opens no objects of another context. */
  @Test
  void aBucketKeyIsBoundToTheContextOfItsObjects() throws IOException {
    EncryptionContext a = EncryptionContext.of(Map.of("tenant", "a"));
    EncryptionContext b = EncryptionContext.of(Map.of("tenant", "b"));
    Stored one = seal(new SealRequest(NAME, "k", a, NameBinding.OBJECT, "AES256", null, true));
    Stored two = seal(new SealRequest(NAME, "k", b, NameBinding.OBJECT, "AES256", null, true));
    assertThat(one.metadata().get("claviger-bk")).isNotEqualTo(two.metadata().get("claviger-bk"));
    assertThat(open(NAME, one.metadata(), one.bytes(), null)).isEqualTo(plain);
    Map<String, String> swapped = new HashMap<>(one.metadata());
    swapped.put("claviger-bk", two.metadata().get("claviger-bk"));
    KmsException e =
        catchThrowableOfType(KmsException.class, () -> open(NAME, swapped, one.bytes(), null));
    assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC);
  }

  @Test
  void namesThatAreNotBoundTakeNoBucketKey() throws IOException {
    Stored stored =
        seal(
            new SealRequest(
                NAME, "k", EncryptionContext.empty(), NameBinding.NONE, "AES256", null, true));
    assertThat(stored.metadata()).doesNotContainKey("claviger-bk");
  }

  @Test
  void aBucketKeyEndsWithItsTimeAndItsNumberOfObjects() {
    long[] now = {0};
    BucketKeys bucketKeys = new BucketKeys(() -> now[0]);
    EncryptionContext none = EncryptionContext.empty();
    byte[] first = bucketKeys.lend(dataKeys, "k", "b", none, false).wrapped();
    assertThat(bucketKeys.lend(dataKeys, "k", "b", none, false).wrapped()).isEqualTo(first);
    assertThat(bucketKeys.lend(dataKeys, "l", "b", none, false).wrapped()).isNotEqualTo(first);
    EncryptionContext tenant = EncryptionContext.of(Map.of("tenant", "a"));
    assertThat(bucketKeys.lend(dataKeys, "k", "b", tenant, false).wrapped()).isNotEqualTo(first);
    now[0] = BucketKeys.LIFETIME.toNanos();
    byte[] second = bucketKeys.lend(dataKeys, "k", "b", none, false).wrapped();
    assertThat(second).isNotEqualTo(first);
    for (int i = 1; i < BucketKeys.MAX_OBJECTS; i++) {
      bucketKeys.lend(dataKeys, "k", "b", none, false).close();
    }
    assertThat(bucketKeys.lend(dataKeys, "k", "b", none, false).wrapped()).isNotEqualTo(second);
  }

  @Test
  void aBucketKeyEndsWhenItsMasterKeyIsDisabled() {
    BucketKeys bucketKeys = new BucketKeys(() -> 0);
    byte[] first = bucketKeys.lend(dataKeys, "k", "b", EncryptionContext.empty(), false).wrapped();
    keys.manager().disableKey("k");
    assertThatThrownBy(() -> bucketKeys.lend(dataKeys, "k", "b", EncryptionContext.empty(), false))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("needs an Enabled key");
    keys.manager().enableKey("k");
    assertThat(bucketKeys.lend(dataKeys, "k", "b", EncryptionContext.empty(), false).wrapped())
        .isNotEqualTo(first);
  }

  @Test
  void everyWrapTurnsIntoEveryOther() throws IOException {
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "7"));
    CustomerKey customer = customer(3);
    SealRequest[] kinds = {
      SealRequest.of(NAME),
      new SealRequest(OTHER, "l", context, NameBinding.OBJECT, "aws:kms"),
      withBucketKey(OTHER),
      withCustomerKey(OTHER, customer)
    };
    for (SealRequest from : kinds) {
      Stored stored = seal(from);
      CustomerKey fromKey = from.customerKey();
      for (SealRequest to : kinds) {
        ObjectOpener source =
            service.openObject(from.name(), stored.metadata(), ReaderPolicy.DEFAULT, null, fromKey);
        Map<String, String> envelope = service.rewrap(source, to).fields();
        assertThat(open(to.name(), envelope, stored.bytes(), to.customerKey())).isEqualTo(plain);
        assertThat(envelope.get("claviger-dek"))
            .isNotEqualTo(stored.metadata().get("claviger-dek"));
        assertThat(envelope.get("claviger-mac")).isEqualTo(stored.metadata().get("claviger-mac"));
        assertThat(envelope.get("claviger-hdr")).isEqualTo(stored.metadata().get("claviger-hdr"));
      }
    }
  }
}
