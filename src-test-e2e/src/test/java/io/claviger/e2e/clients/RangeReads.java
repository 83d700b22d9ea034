package io.claviger.e2e.clients;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A file in S3 as lakes read it: its length is that of a listing, each read is a range, of 64 KiB
 * at least.
 */
final class RangeReads implements InputFile {
  private static final int LEAST_BYTES = 64 << 10;

  private final S3Client s3;
  private final String bucket;
  private final String key;
  private final long length;

  RangeReads(S3Client s3, String bucket, String key) {
    this.s3 = s3;
    this.bucket = bucket;
    this.key = key;
    this.length =
        s3.listObjectsV2(b -> b.bucket(bucket).prefix(key)).contents().stream()
            .filter(object -> object.key().equals(key))
            .findFirst()
            .orElseThrow()
            .size();
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() {
    return new Stream();
  }

  private final class Stream extends SeekableInputStream {
    private byte[] held = new byte[0];
    private long heldFrom;
    private long at;

    @Override
    public long getPos() {
      return at;
    }

    @Override
    public void seek(long position) {
      at = position;
    }

    /** Returns where the byte at the position is in what is held. */
    private int hold(int bytes) throws EOFException {
      if (at >= length) {
        throw new EOFException("read behind the end of " + key);
      }
      if (at < heldFrom || at + bytes > heldFrom + held.length) {
        long last = Math.min(length, at + Math.max(bytes, LEAST_BYTES)) - 1;
        String range = "bytes=" + at + "-" + last;
        held = s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).range(range)).asByteArray();
        heldFrom = at;
      }
      return (int) (at - heldFrom);
    }

    @Override
    public int read() throws IOException {
      byte found = held(1)[0];
      return found & 0xff;
    }

    private byte[] held(int bytes) throws EOFException {
      int from = hold(bytes);
      at += bytes;
      return Arrays.copyOfRange(held, from, from + bytes);
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      readFully(target, offset, count);
      return count;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int count = target.remaining();
      readFully(target);
      return count;
    }

    @Override
    public void readFully(byte[] target) throws IOException {
      readFully(target, 0, target.length);
    }

    @Override
    public void readFully(byte[] target, int offset, int count) throws IOException {
      System.arraycopy(held(count), 0, target, offset, count);
    }

    @Override
    public void readFully(ByteBuffer target) throws IOException {
      target.put(held(target.remaining()));
    }
  }
}
