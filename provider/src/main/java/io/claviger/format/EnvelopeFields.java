package io.claviger.format;

import java.util.Set;

/**
 * The names of an envelope's fields in an object's user metadata, without {@code x-amz-meta-}
 * (format 3). {@link Envelope} says what is in them.
 */
public final class EnvelopeFields {
  /** Begins every name. */
  public static final String PREFIX = "claviger";

  static final String MAIN = PREFIX;
  static final String KEY = PREFIX + "-key";
  static final String DATA_KEY = PREFIX + "-dek";
  static final String BUCKET_KEY = PREFIX + "-bk";
  static final String CONTEXT = PREFIX + "-ctx";
  static final String FROM = PREFIX + "-from";
  static final String SSE = PREFIX + "-sse";
  static final String HEADER = PREFIX + "-hdr";
  static final String TAGS = PREFIX + "-mac";
  static final String STAMP = PREFIX + "-stamp";

  static final Set<String> ALL =
      Set.of(MAIN, KEY, DATA_KEY, BUCKET_KEY, CONTEXT, FROM, SSE, HEADER, TAGS, STAMP);

  private EnvelopeFields() {}
}
