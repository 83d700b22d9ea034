package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An envelope that was read before proves nothing of another, and is still checked each time. */
class ReadEnvelopesTest {
  private static final ObjectName NAME = new ObjectName("bucket", "key");
  private static final ObjectName OTHER = new ObjectName("bucket", "other");

  private final KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
  private final EncryptionService service = new EncryptionService(new ClavigerProvider(kms));
  private Map<String, String> metadata = Map.of();

  @BeforeEach
  void sealAndReadOnce() {
    kms.manager().createKey("k");
    metadata = sealed(NAME, EncryptionContext.of(Map.of("tenant", "a")));
    assertThat(plainBytes(NAME, metadata)).isEqualTo(10);
  }

  private Map<String, String> sealed(ObjectName name, EncryptionContext context) {
    SealRequest request = new SealRequest(name, "k", context, NameBinding.OBJECT, "aws:kms");
    return service.sealObject(request, 10).envelope();
  }

  private ObjectOpener open(ObjectName name, Map<String, String> of, ReaderPolicy policy) {
    return service.openObject(name, of, policy, null);
  }

  private long plainBytes(ObjectName name, Map<String, String> of) {
    return open(name, of, ReaderPolicy.DEFAULT).plainBytes(Layout.storedBytes(10));
  }

  @Test
  void opensAgainAlsoWithOtherMetadataOfTheCaller() {
    assertThat(plainBytes(NAME, metadata)).isEqualTo(10);
    Map<String, String> more = new HashMap<>(metadata);
    more.put("colour", "red");
    assertThat(plainBytes(NAME, more)).isEqualTo(10);
  }

  @Test
  void anotherNameIsRefusedBeforeAndAfter() {
    for (int i = 0; i < 2; i++) {
      assertThat(catchThrowable(() -> plainBytes(OTHER, metadata)))
          .isInstanceOf(KmsException.class)
          .hasMessageContaining("s3://bucket/key");
      assertThat(plainBytes(NAME, metadata)).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"claviger-dek", "claviger-hdr", "claviger-ctx", "claviger-from", "claviger-key"})
  void aFieldOfAnotherObjectIsRefused(String field) {
    kms.manager().createKey("l");
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "b"));
    SealRequest request = new SealRequest(OTHER, "l", context, NameBinding.OBJECT, "aws:kms");
    String theirs = service.sealObject(request, 10).envelope().get(field);
    Map<String, String> changed = new HashMap<>(metadata);
    assertThat(changed.put(field, theirs)).isNotEqualTo(theirs);
    assertThat(catchThrowable(() -> plainBytes(NAME, changed)))
        .isInstanceOfAny(KmsException.class, FormatException.class);
    assertThat(plainBytes(NAME, metadata)).isEqualTo(10);
  }

  @Test
  void aMapThatChangesAfterwardsIsReadAnew() {
    Map<String, String> live = new HashMap<>(metadata);
    live.put("colour", "blue");
    assertThat(plainBytes(NAME, live)).isEqualTo(10);
    live.put("claviger-dek", sealed(OTHER, EncryptionContext.empty()).get("claviger-dek"));
    assertThat(catchThrowable(() -> plainBytes(NAME, live))).isInstanceOf(KmsException.class);
  }

  @Test
  void thePolicyOfEachReaderDecides() {
    ReaderPolicy strangers =
        new ReaderPolicy(NameBinding.OBJECT, false, Map.of(), Set.of("another"));
    assertThat(catchThrowable(() -> open(NAME, metadata, strangers)))
        .isInstanceOf(FormatException.class);
    ReaderPolicy moved = new ReaderPolicy(NameBinding.OBJECT, true, Map.of(), Set.of());
    assertThat(open(OTHER, metadata, moved).plainBytes(Layout.storedBytes(10))).isEqualTo(10);
    ReaderPolicy alias =
        new ReaderPolicy(NameBinding.OBJECT, false, Map.of("replica", "bucket"), Set.of());
    ObjectName replica = new ObjectName("replica", "key");
    assertThat(open(replica, metadata, alias).plainBytes(Layout.storedBytes(10))).isEqualTo(10);
    assertThat(catchThrowable(() -> open(replica, metadata, ReaderPolicy.DEFAULT)))
        .isInstanceOf(KmsException.class);
  }

  @Test
  void withoutTheKeyServiceNothingOpens() {
    kms.stop();
    assertThat(catchThrowable(() -> plainBytes(NAME, metadata))).isInstanceOf(KmsException.class);
  }
}
