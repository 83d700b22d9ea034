package io.claviger.bulk.parquet;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * The compressions of inventories and reports, by the libraries that Parquet brings: its own
 * factory would need more of Hadoop.
 */
final class Codecs implements CompressionCodecFactory {
  /** Returns the bytes of a page. */
  @FunctionalInterface
  private interface Expanding {
    byte[] apply(byte[] compressed) throws IOException;
  }

  /** Opens a stream of the bytes of a page. */
  @FunctionalInterface
  private interface Opening {
    InputStream apply(InputStream compressed) throws IOException;
  }

  private static final Map<CompressionCodecName, Expanding> READABLE =
      new EnumMap<>(CompressionCodecName.class);

  static {
    READABLE.put(CompressionCodecName.UNCOMPRESSED, page -> page);
    READABLE.put(CompressionCodecName.SNAPPY, Snappy::uncompress);
    READABLE.put(CompressionCodecName.GZIP, page -> read(page, GZIPInputStream::new));
    READABLE.put(CompressionCodecName.ZSTD, page -> read(page, ZstdInputStream::new));
  }

  private static byte[] read(byte[] page, Opening opening) throws IOException {
    try (InputStream in = opening.apply(new ByteArrayInputStream(page))) {
      return in.readAllBytes();
    }
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    Expanding expanding = READABLE.get(name);
    if (expanding == null) {
      throw new IllegalArgumentException(
          "compressed by %s; readable are %s".formatted(name, READABLE.keySet()));
    }
    return new Decompressor(expanding);
  }

  private record Decompressor(Expanding expanding) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput page, int plainBytes) throws IOException {
      return BytesInput.from(
          exactly(plainBytes, expanding.apply(page.toInputStream().readAllBytes())));
    }

    @Override
    public void decompress(ByteBuffer page, int storedBytes, ByteBuffer out, int plainBytes)
        throws IOException {
      byte[] stored = new byte[storedBytes];
      page.get(stored);
      out.put(exactly(plainBytes, expanding.apply(stored)));
    }

    private static byte[] exactly(int bytes, byte[] page) throws IOException {
      if (page.length != bytes) {
        throw new IOException(
            "a page has %d bytes, and its header says %d".formatted(page.length, bytes));
      }
      return page;
    }

    @Override
    public void release() {}
  }

  /** Snappy, as other tools write such files. */
  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    if (name != CompressionCodecName.SNAPPY) {
      throw new IllegalArgumentException("reports are compressed by SNAPPY, not " + name);
    }
    return new SnappyCompressor();
  }

  private static final class SnappyCompressor implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput page) throws IOException {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      page.writeAllTo(plain);
      return BytesInput.from(Snappy.compress(plain.toByteArray()));
    }

    @Override
    public CompressionCodecName getCodecName() {
      return CompressionCodecName.SNAPPY;
    }

    @Override
    public void release() {}
  }

  @Override
  public void release() {}
}
