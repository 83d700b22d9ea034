package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.internal.wire.ETags;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The MD5 of the stored bytes that were sent last, to be compared with the ETag of the answer: what
 * SDKs below 2.30 do with the bytes that they see, instead of a checksum that the store compares.
 *
 * <p>Threads: one pass after the other. Nothing blocks.
 */
public final class SentMd5 {
  private static final String SSE = "x-amz-server-side-encryption";
  private static final String SSE_CUSTOMER = SSE + "-customer-algorithm";
  private static final String KMS = "aws:kms";
  private static final Pattern MD5 = Pattern.compile("[0-9a-fA-F]{32}");

  /** Of the pass that was begun last. */
  private volatile @Nullable MessageDigest digest;

  /** Returns {@code body}, whose bytes are counted each time that it is opened. */
  public ContentStreamProvider of(ContentStreamProvider body) {
    return () -> new Counting(body.newStream(), begin());
  }

  /** Returns {@code sealing}, whose bytes are counted each time that it is begun. */
  public Supplier<SegmentFeed> of(Supplier<SegmentFeed> sealing) {
    return () -> new CountingFeed(sealing.get(), begin());
  }

  private MessageDigest begin() {
    try {
      MessageDigest begun = MessageDigest.getInstance("MD5");
      digest = begun;
      return begun;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK does not compute MD5", e);
    }
  }

  /**
   * Returns what an answer's ETag differs in, null for nothing. Where it is no MD5 of the stored
   * bytes (the store's own encryption with KMS or a customer's key, other stores), nothing is
   * compared.
   */
  public @Nullable String difference(SdkHttpResponse answer) {
    MessageDigest sent = digest;
    String stored = ETags.bare(answer.firstMatchingHeader("ETag").orElse(""));
    boolean encrypted =
        answer.firstMatchingHeader(SSE_CUSTOMER).isPresent()
            || answer.firstMatchingHeader(SSE).filter(h -> h.contains(KMS)).isPresent();
    if (sent == null || encrypted || !MD5.matcher(stored).matches()) {
      return null;
    }
    String expected = HexFormat.of().formatHex(sent.digest());
    return expected.equals(stored.toLowerCase(Locale.ROOT))
        ? null
        : "the store has %s, sent was %s".formatted(stored, expected);
  }

  private static final class Counting extends FilterInputStream {
    private final MessageDigest digest;

    Counting(InputStream sealed, MessageDigest digest) {
      super(sealed);
      this.digest = digest;
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      if (one >= 0) {
        digest.update((byte) one);
      }
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = in.read(target, offset, length);
      if (got > 0) {
        digest.update(target, offset, got);
      }
      return got;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  private record CountingFeed(SegmentFeed sealing, MessageDigest digest) implements SegmentFeed {
    @Override
    public @Nullable ByteBuffer feed(ByteBuffer input) {
      return counted(sealing.feed(input));
    }

    @Override
    public @Nullable ByteBuffer end() {
      return counted(sealing.end());
    }

    private @Nullable ByteBuffer counted(@Nullable ByteBuffer piece) {
      if (piece != null) {
        digest.update(piece.duplicate());
      }
      return piece;
    }

    @Override
    public boolean complete() {
      return sealing.complete();
    }

    @Override
    public void release() {
      sealing.release();
    }
  }
}
