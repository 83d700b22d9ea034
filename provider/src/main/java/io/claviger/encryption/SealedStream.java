package io.claviger.encryption;

import java.io.InputStream;
import java.util.Map;

/**
 * A sealed stream and what is to be kept beside it.
 *
 * @param headers the envelope
 * @param bytes the sealed bytes, made as they are read; closing closes the source
 * @param sealedBytes how many there will be
 */
public record SealedStream(Map<String, String> headers, InputStream bytes, long sealedBytes) {
  public SealedStream {
    headers = Map.copyOf(headers);
  }
}
