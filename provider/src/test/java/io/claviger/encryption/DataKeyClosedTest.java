package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.service.KmsServiceManager;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A data key that was unwrapped for nothing is wiped before the refusal reaches the caller. */
class DataKeyClosedTest {
  private static final ObjectName NAME = new ObjectName("bucket", "key");

  private final SecretBytes key = SecretBytes.takeOwnership(new byte[32]);

  private static Map<String, String> envelope() {
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    return new EncryptionService(new ClavigerProvider(kms))
        .sealObject(SealRequest.of(NAME), 10)
        .envelope();
  }

  @Test
  void whenTheRecordedNameContradictsTheProvedOne() {
    Map<String, String> metadata = new HashMap<>(envelope());
    byte[] other = "bucket\0other".getBytes(StandardCharsets.UTF_8);
    metadata.put("claviger-from", Base64.getEncoder().encodeToString(other));
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> EncryptionService.proved(ReadEnvelope.of(NAME, metadata), key));
    assertThat(e.failure()).isEqualTo(Failure.ENVELOPE_MALFORMED);
    assertThat(key.isClosed()).isTrue();
  }

  @Test
  void whenTheEnvelopeOfOnePartIsTakenForAnUpload() {
    ObjectOpener single = EncryptionService.proved(ReadEnvelope.of(NAME, envelope()), key);
    assertThat(key.isClosed()).as("it opens").isFalse();
    FormatException e = catchThrowableOfType(FormatException.class, () -> new UploadSealer(single));
    assertThat(e.failure()).isEqualTo(Failure.LAST_PART);
    assertThat(key.isClosed()).isTrue();
  }
}
