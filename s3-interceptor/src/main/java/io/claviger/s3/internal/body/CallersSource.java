package io.claviger.s3.internal.body;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * The body of a synchronous caller, opened once for each attempt, and at each from the same byte
 * (format 5.2).
 *
 * <p>A provider may return one stream again and again. Where such a stream goes on behind the
 * announced length, a second attempt that reads on would be filled with the bytes behind it, and
 * the tags of the first attempt compare only what was sealed before. So a stream that was read from
 * and comes again is refused, unless it is known to be back where it was: the SDK's own providers
 * set a stream back that has a mark, and an array reports how much of it is left.
 *
 * <p>Threads: one at a time, as the SDK opens bodies.
 */
public final class CallersSource {
  private static final String SDK = "software.amazon.awssdk.";

  private final String where;
  private final ContentStreamProvider provider;
  private @Nullable Watched last;

  public CallersSource(String where, ContentStreamProvider provider) {
    this.where = where;
    this.provider = provider;
  }

  /**
   * Opens the body.
   *
   * @throws ClavigerS3Exception SOURCE if it is the stream of an earlier opening, was read from and
   *     is not known to be back where that one began
   */
  @SuppressWarnings("ReferenceEquality") // the same stream is meant, not an equal one
  public InputStream open() {
    InputStream in = provider.newStream();
    long left = leftInArray(in);
    Watched before = last;
    boolean readOn = before != null && before.source() == in && before.wasRead;
    if (before != null && readOn && !setBack(in) && (left < 0 || left != before.leftAtFirst)) {
      throw ClavigerS3Exception.of(
          Failure.SOURCE,
          where,
          "the request body gave the stream of an earlier attempt again, which is not known to be back where that one began. Nothing more was sent; give a provider that opens a new stream each time, or RequestBody.fromInputStream with a stream that has mark and reset");
    }
    last = new Watched(in, left);
    return last;
  }

  /** Whether the provider has set the stream back, or would have thrown. */
  private boolean setBack(InputStream in) {
    return in.markSupported() && provider.getClass().getName().startsWith(SDK);
  }

  /** Returns how many bytes are left in an array, -1 for other streams: theirs is an estimate. */
  private static long leftInArray(InputStream in) {
    return in.getClass() == ByteArrayInputStream.class
        ? ((ByteArrayInputStream) in).available()
        : -1;
  }

  /** Notes whether it was read from. */
  private static final class Watched extends FilterInputStream {
    private final long leftAtFirst;
    private boolean wasRead;

    Watched(InputStream in, long leftAtFirst) {
      super(in);
      this.leftAtFirst = leftAtFirst;
    }

    InputStream source() {
      return in;
    }

    @Override
    public int read() throws IOException {
      wasRead = true;
      return in.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      wasRead = true;
      return in.read(target, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
      wasRead = true;
      return in.skip(count);
    }
  }
}
