package io.claviger.encryption;

import io.claviger.kms.EncryptionContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens objects and streams with data keys of a key management service.
 *
 * <p>Threads: safe. Blocking: {@link #sealObject} and {@link #openObject} may call the key
 * management service; all else works on bytes.
 */
public final class EncryptionService {
  EncryptionService() {}

  /**
   * Draws a data key and the randomness of one API call for an object of {@code plainBytes} bytes.
   */
  public ObjectSealer sealObject(SealRequest request, long plainBytes) {
    throw new IllegalStateException();
  }

  /** Whether {@code metadata} (names without {@code x-amz-meta-}) says that the object is ours. */
  public static boolean isSealed(Map<String, String> metadata) {
    return metadata.keySet().stream().anyMatch(name -> name.startsWith("claviger"));
  }

  /**
   * Unwraps the data key of an object.
   *
   * @param asked the name that the reader asked for
   * @param metadata user metadata, names without {@code x-amz-meta-}, lower case; other entries are
   *     ignored
   * @param policy what the reader demands
   * @param stated the context that the caller states, or null to take the recorded one
   */
  public ObjectOpener openObject(
      ObjectName asked,
      Map<String, String> metadata,
      ReaderPolicy policy,
      @Nullable EncryptionContext stated) {
    throw new IllegalStateException();
  }
}
