package io.claviger.backend.keyring;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Ids of keys, URL-encoded, as parts of file names and paths. */
public final class EncodedIds {
  private EncodedIds() {}

  /** Returns {@code keyId} without slash, colon, blank and the like; dots stay. */
  public static String encode(String keyId) {
    return URLEncoder.encode(keyId, StandardCharsets.UTF_8);
  }

  /** Returns the id that {@link #encode} was given; a text that it never wrote as it is. */
  public static String decode(String encoded) {
    if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
      return encoded;
    }
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return encoded; // no record opens by this id
    }
  }
}
