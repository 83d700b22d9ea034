package io.claviger.encryption;

import java.io.InputStream;
import java.util.Map;

/**
 * A sealed stream and what is to be kept beside it.
 *
 * @param headers the envelope
 * @param bytes the sealed bytes, made as they are read; closing closes the source
 * @param sealedBytes how many there will be, or {@link #UNKNOWN}
 */
public record SealedStream(Map<String, String> headers, InputStream bytes, long sealedBytes) {
  /** The number of sealed bytes of a stream whose length is not known before its end. */
  public static final long UNKNOWN = -1;

  public SealedStream {
    headers = Map.copyOf(headers);
  }
}
