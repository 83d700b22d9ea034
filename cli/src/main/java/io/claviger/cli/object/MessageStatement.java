package io.claviger.cli.object;

import io.claviger.cli.object.Statement.Form;
import io.claviger.format.EnvelopeMessage;
import io.claviger.format.Layout;
import io.claviger.object.FormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a file says: a message of {@code claviger encrypt}, or not. */
final class MessageStatement {
  private MessageStatement() {}

  /** Reads the beginning of a file of {@code size} bytes, below 0 when not known. */
  static Statement of(byte[] start, long size) {
    @Nullable Long stored = size < 0 ? null : size;
    if (!EnvelopeMessage.begins(start)) {
      return Statement.of(Form.PLAINTEXT, stored, null);
    }
    try {
      if (start.length < EnvelopeMessage.FIXED_BYTES) {
        return Statement.of(Form.DAMAGED, stored, "it ends within its first bytes");
      }
      int wrapped = EnvelopeMessage.wrappedBytes(start);
      int prologue = EnvelopeMessage.FIXED_BYTES + wrapped;
      if (start.length < prologue + EnvelopeMessage.HEADER_BYTES) {
        return Statement.of(Form.DAMAGED, stored, "it ends within its header");
      }
      Statement said = Statement.of(Form.MESSAGE, stored, null);
      WrappedKey.describe(Arrays.copyOfRange(start, EnvelopeMessage.FIXED_BYTES, prologue), said);
      return size < 0
          ? said
          : said.with("plainBytes", plainBytes(size - prologue - EnvelopeMessage.HEADER_BYTES));
    } catch (FormatException e) {
      return Statement.of(Form.DAMAGED, stored, e.getMessage());
    }
  }

  private static long plainBytes(long segments) {
    long count = Math.max(1, (segments - 1) / Layout.SEGMENT_STORED_BYTES + 1);
    return Math.max(0, segments - count * Layout.SEGMENT_OVERHEAD_BYTES);
  }
}
