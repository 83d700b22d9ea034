package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesParts;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;

/**
 * GetObjectAttributes by both kinds of clients, compared with what a client without the interceptor
 * gets for a plaintext object that was uploaded in the same parts.
 */
class AttributesTest {
  private final SdkHttpClient connections = Clients.apache();

  /** Each has an ETag of its own. */
  private int sealings;

  private final PartStore store = new PartStore();
  private final List<AutoCloseable> clients = new ArrayList<>();

  /** Which client. */
  enum Kind {
    SYNC,
    ASYNC
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    store.close();
    connections.close();
  }

  private <T extends AutoCloseable> T kept(T client) {
    clients.add(client);
    return client;
  }

  private Function<GetObjectAttributesRequest, GetObjectAttributesResponse> plain() {
    return kept(Clients.plain(store.endpoint()))::getObjectAttributes;
  }

  private Function<GetObjectAttributesRequest, GetObjectAttributesResponse> ours(
      Kind kind, PlaintextObjects plaintext) {
    ClavigerInterceptor interceptor =
        TestKeys.interceptor().httpClient(connections).plaintextObjects(plaintext).build();
    if (kind == Kind.SYNC) {
      S3Client sync = kept(Clients.with(store.endpoint(), interceptor));
      return sync::getObjectAttributes;
    }
    S3AsyncClient async = kept(Clients.async(store.endpoint(), interceptor));
    return request -> {
      try {
        return async.getObjectAttributes(request).join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    };
  }

  private static GetObjectAttributesRequest request(
      String key, Consumer<GetObjectAttributesRequest.Builder> more, ObjectAttributes... asked) {
    GetObjectAttributesRequest.Builder request =
        GetObjectAttributesRequest.builder().bucket("b").key(key).objectAttributes(asked);
    more.accept(request);
    return request.build();
  }

  /** Stores a sealed object and, as another, its plaintext in the same parts. */
  private void put(int... sizes) {
    byte[] plain = Shape.bytes(Arrays.stream(sizes).sum());
    List<byte[]> plainParts = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      plainParts.add(Arrays.copyOfRange(plain, at, at + size));
      at += size;
    }
    SealedParts sealed =
        sizes.length == 1
            ? SealedParts.single("b", "k", plain)
            : SealedParts.of("b", "k", plain, sizes, n -> true, sizes.length == 3);
    store.put(
        "b/k",
        sizes.length == 1
            ? Stored.whole(sealed.body(), sealed.metadata(), "e" + ++sealings)
            : Stored.ofParts(sealed.parts(), sealed.metadata(), "e" + ++sealings));
    store.put(
        "b/plain",
        sizes.length == 1
            ? Stored.whole(plain, Map.of(), "p")
            : Stored.ofParts(plainParts, Map.of(), "p"));
  }

  private static void areSame(GetObjectAttributesResponse ours, GetObjectAttributesResponse plain) {
    assertThat(ours.objectSize()).isEqualTo(plain.objectSize());
    assertThat(ours.storageClass()).isEqualTo(plain.storageClass());
    GetObjectAttributesParts expected = plain.objectParts();
    GetObjectAttributesParts found = ours.objectParts();
    if (expected == null) {
      assertThat(found).isNull();
    } else {
      assertThat(found).isEqualTo(expected);
    }
    assertThat(ours.checksum()).as("of sealed bytes, so hidden").isNull();
    assertThat(ours.eTag() == null).isEqualTo(plain.eTag() == null);
  }

  @ParameterizedTest
  @EnumSource
  void areThoseOfThePlaintext(Kind kind) {
    int[][] objects = {
      {0}, {1000}, {70_000}, {100_000, 5}, {100_000, 100_000, 7}, {65_536, 70_000, 1, 9}
    };
    ObjectAttributes[][] asked = {
      {ObjectAttributes.OBJECT_SIZE},
      {ObjectAttributes.OBJECT_PARTS},
      {ObjectAttributes.CHECKSUM},
      {ObjectAttributes.STORAGE_CLASS},
      {ObjectAttributes.E_TAG, ObjectAttributes.OBJECT_SIZE, ObjectAttributes.CHECKSUM},
      {
        ObjectAttributes.CHECKSUM,
        ObjectAttributes.OBJECT_SIZE,
        ObjectAttributes.OBJECT_PARTS,
        ObjectAttributes.E_TAG,
        ObjectAttributes.STORAGE_CLASS
      }
    };
    var plain = plain();
    var ours = ours(kind, PlaintextObjects.REJECT);
    for (int[] sizes : objects) {
      put(sizes);
      for (ObjectAttributes[] wanted : asked) {
        areSame(
            ours.apply(request("k", b -> {}, wanted)),
            plain.apply(request("plain", b -> {}, wanted)));
      }
      GetObjectAttributesResponse eTag = ours.apply(request("k", b -> {}, ObjectAttributes.E_TAG));
      assertThat(eTag.eTag()).as("of the stored bytes").startsWith("e");
      assertThat(eTag.objectSize()).as("not asked for").isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void partsComeInPages(Kind kind) {
    put(65_536, 70_000, 1, 9);
    var plain = plain();
    var ours = ours(kind, PlaintextObjects.REJECT);
    for (int marker = 0; marker <= 4; marker++) {
      for (int most : new int[] {1, 2, 4, 1000}) {
        int from = marker;
        Consumer<GetObjectAttributesRequest.Builder> page =
            b -> b.partNumberMarker(from).maxParts(most);
        areSame(
            ours.apply(request("k", page, ObjectAttributes.OBJECT_PARTS)),
            plain.apply(request("plain", page, ObjectAttributes.OBJECT_PARTS)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anObjectThatIsNotSealed(Kind kind) {
    put(100_000, 5);
    ObjectAttributes[] all = {
      ObjectAttributes.OBJECT_SIZE, ObjectAttributes.OBJECT_PARTS, ObjectAttributes.CHECKSUM
    };
    GetObjectAttributesRequest request = request("plain", b -> {}, all);
    GetObjectAttributesResponse found = ours(kind, PlaintextObjects.ALLOW).apply(request);
    assertThat(found.equalsBySdkFields(plain().apply(request))).as("as it is").isTrue();
    ClavigerS3Exception refused =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> ours(kind, PlaintextObjects.REJECT).apply(request));
    assertThat(refused.failure()).isEqualTo(Failure.NOT_SEALED);
  }

  @ParameterizedTest
  @EnumSource
  void aLengthThatIsNotProvedIsNotTold(Kind kind) {
    put(100_000, 5);
    Stored whole = store.objects.get("/b/k");
    store.put("b/k", whole.withBytes(Arrays.copyOf(whole.bytes(), whole.bytes().length - 5)));
    ClavigerS3Exception refused =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () ->
                ours(kind, PlaintextObjects.REJECT)
                    .apply(request("k", b -> {}, ObjectAttributes.OBJECT_SIZE)));
    assertThat(refused.failure()).isEqualTo(Failure.NOT_AUTHENTIC);
  }

  /** Sizes of one version are never reported with the ETag of another. */
  @ParameterizedTest
  @EnumSource
  void anObjectThatIsOverwrittenInBetween(Kind kind) {
    put(100_000, 5);
    AtomicBoolean once = new AtomicBoolean();
    Stored other = Shape.SINGLE.of(Shape.bytes(7), "other");
    store.before =
        seen -> {
          if (seen.query().contains("attributes") && once.compareAndSet(false, true)) {
            store.put("b/k", other);
          }
        };
    var ours = ours(kind, PlaintextObjects.REJECT);
    GetObjectAttributesRequest request =
        request("k", b -> {}, ObjectAttributes.OBJECT_SIZE, ObjectAttributes.E_TAG);
    assertThat(catchThrowable(() -> ours.apply(request))).hasMessageContaining("Repeat the call");
    GetObjectAttributesResponse again = ours.apply(request);
    assertThat(again.objectSize()).isEqualTo(7);
    assertThat(again.eTag()).isEqualTo("other");
  }
}
