package io.claviger.s3.internal.stored;

import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.s3.internal.wire.Decimal;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a reader's {@code Range} header asks for and which stored bytes are fetched for it: {@code
 * bytes=a-b}, {@code bytes=a-}, {@code bytes=-n}. Pure arithmetic, all in bytes, ends inclusive.
 *
 * <p>At most the covering segments and two more are fetched. Where plaintext objects are allowed
 * the fetched byte range covers the same range of a plaintext object too, since only the answer
 * shows which it is: then 32 bytes more for each 65,536 before the range.
 */
public final class RangePlan {
  /** Stands for ends no object has; small enough that sizes never overflow. */
  private static final long FAR = 1L << 60;

  /** Parts before a range whose headers are allowed for; 6 KB more at most. */
  private static final long MAX_HEADERS = 64;

  private static final String UNIT = "bytes";

  /** -1 for a suffix range. */
  private final long first;

  /** Last byte wanted, {@link #FAR} when open; for a suffix range the number of bytes wanted. */
  private final long last;

  private RangePlan(long first, long last) {
    this.first = first;
    this.last = last;
  }

  /**
   * Returns the plan of {@code header}; null where S3 ignores it and answers with the whole object:
   * not of the forms above, an end before its start, several ranges.
   */
  public static @Nullable RangePlan parse(String header) {
    int equals = header.indexOf('=');
    int dash = header.indexOf('-', equals + 1);
    if (equals < 0 || dash < 0 || !header.substring(0, equals).trim().equalsIgnoreCase(UNIT)) {
      return null;
    }
    String from = header.substring(equals + 1, dash).trim();
    String to = header.substring(dash + 1).trim();
    if (!Decimal.isDigits(from) || !Decimal.isDigits(to)) {
      return null;
    }
    if (from.isEmpty()) {
      return to.isEmpty() ? null : new RangePlan(-1, Decimal.parseUpTo(to, FAR));
    }
    long last = to.isEmpty() ? FAR : Decimal.parseUpTo(to, FAR);
    RangePlan plan = new RangePlan(Decimal.parseUpTo(from, FAR), last);
    return plan.first > plan.last ? null : plan;
  }

  /** Returns the {@code Range} header to be sent for the stored bytes. */
  String storedHeader(boolean plaintextToo) {
    return storedHeader(plaintextToo, 0);
  }

  /**
   * As above, for an object whose size is not known.
   *
   * @param partBytes plaintext of its parts by supposition, 0 for none
   */
  String storedHeader(boolean plaintextToo, long partBytes) {
    if (first < 0) {
      return "bytes=-" + storedSuffix();
    }
    long from = beginning(first);
    long to = last == FAR ? FAR : Layout.segmentOffset(Layout.segmentOf(last) + 1) - 1;
    if (last != FAR) {
      to += headers(last - first + 1, to - Layout.segmentOffset(Layout.segmentOf(first)) + 1);
    }
    if (partBytes > 0 && last < FAR / 2) {
      EqualParts equal = new EqualParts(partBytes, FAR);
      long supposedFrom = inParts(equal, first, RangePlan::beginning);
      long supposedTo =
          inParts(equal, last, at -> Layout.segmentOffset(Layout.segmentOf(at) + 1) - 1);
      long both = Math.max(to, supposedTo) - Math.min(from, supposedFrom) + 1;
      boolean little = both <= last - first + 1 + 2L * Layout.SEGMENT_STORED_BYTES;
      from = little ? Math.min(from, supposedFrom) : supposedFrom;
      to = little ? Math.max(to, supposedTo) : supposedTo;
    }
    from = plaintextToo ? Math.min(first, from) : from;
    return "bytes=" + from + "-" + (last == FAR ? "" : to);
  }

  /** Returns where the segment begins that holds a byte, for the first with the part's header. */
  private static long beginning(long plainOffset) {
    long segment = Layout.segmentOf(plainOffset);
    return segment == 0 ? 0 : Layout.segmentOffset(segment);
  }

  private static long inParts(EqualParts equal, long plainOffset, LongUnaryOperator place) {
    int number = equal.numberHolding(plainOffset);
    long within = plainOffset - (number - 1) * equal.partPlainBytes();
    return equal.storedOffset(number) + place.applyAsLong(within);
  }

  /**
   * Returns how much more is asked for, within two segments more than the range: in an object of
   * equal parts of whole segments every part before pushes the segments on by one header, so that a
   * first range of it mostly needs no second request for its bytes.
   */
  private static long headers(long rangeBytes, long segmentsBytes) {
    long spare = rangeBytes + 2L * Layout.SEGMENT_STORED_BYTES - segmentsBytes;
    return Math.max(0, Math.min(MAX_HEADERS * Layout.PROLOGUE_BYTES, spare));
  }

  /** The most that the last {@code last} plaintext bytes, and the segments they are in, take. */
  private long storedSuffix() {
    if (last == 0) {
      return 0;
    }
    long segments = (last - 1 + Layout.SEGMENT_PLAIN_BYTES - 1) / Layout.SEGMENT_PLAIN_BYTES + 1;
    long bytes = segments * Layout.SEGMENT_STORED_BYTES;
    return Math.min(FAR, bytes + headers(last, bytes));
  }

  /**
   * Whether these are the last bytes of an object that has none: satisfiable, with nothing in it
   * (RFC 9110, 14.1.2), unlike every other range of an empty object.
   */
  public boolean isEndOfNothing(long plainBytes) {
    return first < 0 && last > 0 && plainBytes == 0;
  }

  /**
   * Returns what is wanted of an object of {@code plainBytes} bytes, or null when there is nothing
   * there: S3 answers 416.
   */
  @Nullable
  public Slice within(long plainBytes) {
    if (first < 0) {
      long count = Math.min(last, plainBytes);
      return count == 0 ? null : new Slice(plainBytes - count, plainBytes - 1);
    }
    return first >= plainBytes ? null : new Slice(first, Math.min(last, plainBytes - 1));
  }

  /**
   * Plaintext bytes of one object.
   *
   * @param first the first
   * @param last the last, inclusive
   */
  public record Slice(long first, long last) {
    /** Returns their number. */
    public long bytes() {
      return last - first + 1;
    }

    /** Returns where the segment that holds the first of them begins among the stored bytes. */
    long storedFirst() {
      return Layout.segmentOffset(Layout.segmentOf(first));
    }

    /** Returns the last stored byte that is needed, of an object of {@code plainBytes}. */
    long storedLast(long plainBytes) {
      long segment = Layout.segmentOf(last);
      return Layout.segmentOffset(segment) + Layout.segmentStoredBytes(segment, plainBytes) - 1;
    }

    /** Returns the {@code Content-Range} of an answer, for an object of {@code plainBytes}. */
    public String contentRange(long plainBytes) {
      return "bytes " + first + "-" + last + "/" + plainBytes;
    }
  }

  /**
   * A {@code Content-Range} as the store gave it.
   *
   * @param first first byte of the body
   * @param last last byte of the body
   * @param total size of the object
   */
  public record Stored(long first, long last, long total) {
    private static final String BEGINNING = UNIT + " ";

    /** Returns what {@code header} says, null when it is of another form or impossible. */
    public static @Nullable Stored parse(String header) {
      int dash = header.indexOf('-');
      int slash = header.indexOf('/', dash + 1);
      if (!header.startsWith(BEGINNING) || dash < 0 || slash < 0) {
        return null;
      }
      long first = Decimal.parse(header.substring(BEGINNING.length(), dash));
      long last = Decimal.parse(header.substring(dash + 1, slash));
      long total = Decimal.parse(header.substring(slash + 1));
      boolean possible = first >= 0 && first <= last && last < total;
      return possible ? new Stored(first, last, total) : null;
    }

    /** Returns how many bytes the body has. */
    public long bytes() {
      return last - first + 1;
    }

    /** Whether the body covers the stored bytes {@code from} to {@code to}, inclusive. */
    public boolean covers(long from, long to) {
      return first <= from && to <= last;
    }
  }
}
