package io.claviger.s3.internal.stored;

import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.wire.RequestFields;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;

/** What one GET or HEAD asks for, and what is asked of the store in its place. One thread. */
public final class Reading {
  /** Asked for where nothing of the object can be given: the answer's headers show why. */
  private static final String LEAST = "bytes=0-0";

  private final Exchange exchange;
  private final SdkRequest request;
  private final @Nullable RangePlan range;
  private final @Nullable Integer partNumber;

  /** The key that came with the request. */
  private CustomerKeys.@Nullable Given customerKey;

  /** The Range header to be sent, null for none. */
  private @Nullable String storedRange;

  private boolean storesOwnPart;

  private EarlyHeaders early = EarlyHeaders.NONE;

  /** The body of the answer that is being read, null for none. */
  private @Nullable AnswerBytes answered;

  /** The version by which the byte range asked for was planned, null for none. */
  private @Nullable StoredVersion plannedBy;

  /**
   * @param request a GetObject, HeadObject or GetObjectAttributes
   */
  public Reading(Exchange exchange, SdkRequest request) {
    this.exchange = exchange;
    this.request = request;
    this.partNumber = request.getValueForField("PartNumber", Integer.class).orElse(null);
    String header = request.getValueForField("Range", String.class).orElse(null);
    this.range = header == null || partNumber != null ? null : RangePlan.parse(header);
  }

  /** Notes the key that came with the request; refuses a name that binds nothing. */
  public void check() {
    Settings settings = exchange.settings();
    customerKey = CustomerKeys.honoured(settings, request, exchange.where());
    if (!settings.reader().acceptMoved()) {
      settings.bound(exchange.asked());
    }
  }

  /** Returns the call that reads. */
  public Exchange exchange() {
    return exchange;
  }

  /** Returns the key that came with the request, null for none. */
  public CustomerKeys.@Nullable Given customerKey() {
    return customerKey;
  }

  /** Returns the object as messages name it. */
  public String where() {
    return exchange.where();
  }

  public SdkRequest request() {
    return request;
  }

  /** Returns the caller's range, null for the whole object or a part. */
  @Nullable
  public RangePlan range() {
    return range;
  }

  /** Returns the part that the caller asks for, null for none. */
  @Nullable
  public Integer partNumber() {
    return partNumber;
  }

  /** Whether the caller asks for neither a range nor a part. */
  public boolean asksForWhole() {
    return range == null && partNumber == null;
  }

  /** Returns the version that the caller asks for, null for the current one. */
  @Nullable String versionId() {
    return RequestFields.text(request, "VersionId");
  }

  @Nullable
  public String storedRange() {
    return storedRange;
  }

  /** Whether the caller's part number is sent on, since the object is not sealed. */
  public boolean storesOwnPart() {
    return storesOwnPart;
  }

  /** Whether what is asked of the store was planned by what was known of one version. */
  public boolean plannedByVersion() {
    return plannedBy != null;
  }

  /**
   * Whether what is asked of the store was planned for {@code version}, or for any: then the store
   * has it. What was planned for another version may be behind the end of this one.
   */
  public boolean plannedFor(StoredVersion version) {
    return plannedBy == null ? !storesOwnPart : plannedBy.equals(version);
  }

  public void sendPartNumber() {
    storesOwnPart = true;
  }

  /**
   * Asks for a byte range of the stored bytes.
   *
   * @param version for which their place is known
   * @param byteRange where the bytes are stored, null if the object has none of them
   * @param plaintextToo whether the bytes of a plaintext object must be among them
   */
  public void send(
      StoredVersion version, KnownLayout.@Nullable ByteRange byteRange, boolean plaintextToo) {
    plannedBy = version;
    if (byteRange == null) {
      storedRange = LEAST;
      return;
    }
    send(version, byteRange.first(), byteRange, plaintextToo);
  }

  /**
   * As above, with stored bytes before the byte range.
   *
   * @param begin the first of them
   */
  void send(
      StoredVersion version, long begin, KnownLayout.ByteRange byteRange, boolean plaintextToo) {
    plannedBy = version;
    long first = plaintextToo ? Math.min(byteRange.slice().first(), begin) : begin;
    storedRange = "bytes=" + first + "-" + byteRange.last();
  }

  /**
   * Asks for what the range needs of an object of which nothing is known.
   *
   * @param partBytes plaintext of its parts by supposition, 0 for none
   */
  void sendCold(RangePlan plan, boolean plaintextToo, long partBytes) {
    storedRange = plan.storedHeader(plaintextToo, partBytes);
    if (partBytes > 0) {
      plannedBy = new StoredVersion(exchange.asked(), versionId(), null, -1, ""); // of no object
    }
  }

  /** Returns the headers that were asked for ahead of the answer. */
  EarlyHeaders early() {
    return early;
  }

  void early(EarlyHeaders asked) {
    early = asked;
  }

  /** Drops what was asked for ahead and not sent yet. */
  public void dropEarly() {
    early.drop();
  }

  /**
   * Notes the body of an answer, whose first bytes may be headers of parts.
   *
   * @param body null for none
   */
  public void answered(@Nullable AnswerBytes body) {
    answered = body;
  }

  /** Returns the headers of {@code version}, that of the answer in hand, that need no request. */
  HeadersAtHand atHand(StoredVersion version) {
    HeadersAtHand asked = early.of(version);
    return answered == null ? asked : answered.before(asked);
  }
}
