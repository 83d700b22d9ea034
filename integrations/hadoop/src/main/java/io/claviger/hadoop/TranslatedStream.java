package io.claviger.hadoop;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.Abortable;

/** A body whose refusals are as S3A must see them. As safe for threads as the body itself. */
final class TranslatedStream extends FilterInputStream implements Abortable {
  TranslatedStream(InputStream body) {
    super(body);
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (RuntimeException e) {
      throw Refusals.forS3a(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (RuntimeException e) {
      throw Refusals.forS3a(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    try {
      return in.skip(count);
    } catch (RuntimeException e) {
      throw Refusals.forS3a(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      in.close();
    } catch (RuntimeException e) {
      throw Refusals.forS3a(e);
    }
  }

  @Override
  public void abort() {
    if (in instanceof Abortable abortable) {
      abortable.abort();
    }
  }
}
