package io.claviger.e2e.env;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Bytes of any length that follow from their place: nothing needs to be kept to compare them. */
public final class Pattern extends InputStream {
  private final long length;
  private long position;

  /** Makes a stream of {@code length} bytes. */
  public Pattern(long length) {
    this.length = length;
  }

  /** Returns the {@code bytes} bytes that begin at {@code first}. */
  public static Pattern from(long first, long bytes) {
    Pattern range = new Pattern(first + bytes);
    range.position = first;
    return range;
  }

  private static byte at(long place) {
    return (byte) (place * 31 + (place >>> 16) * 7 + (place >>> 8));
  }

  @Override
  public int read() {
    return position == length ? -1 : at(position++) & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (position == length && count > 0) {
      return -1;
    }
    int given = (int) Math.min(count, length - position);
    for (int i = 0; i < given; i++) {
      target[offset + i] = at(position++);
    }
    return given;
  }

  /** Returns the place of the first byte of {@code in} that differs, or -1 when all are alike. */
  public static long firstDifference(InputStream in, long first, long length) throws IOException {
    byte[] buffer = new byte[65_536];
    long place = first;
    int count;
    while ((count = in.read(buffer)) >= 0) {
      for (int i = 0; i < count; i++, place++) {
        if (place >= first + length || buffer[i] != at(place)) {
          return place;
        }
      }
    }
    return place == first + length ? -1 : place;
  }
}
