package io.claviger;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The ways in which programs use an {@code InputStream}. Each says in a text what it saw, which is
 * the same for every stream of the same bytes.
 */
public enum StreamUses {
  /** The loop of every second program; a stream that ends too late adds a 0xFF. */
  WHILE_AVAILABLE {
    @Override
    String use(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (in.available() > 0) {
        all.write(in.read());
      }
      return all.size() + " then " + in.read();
    }
  },
  READY {
    @Override
    String use(InputStream in) throws IOException {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
      StringBuilder all = new StringBuilder();
      while (reader.ready()) {
        all.append((char) reader.read());
      }
      return summary(all.toString());
    }
  },
  AVAILABLE_AT_THE_END {
    @Override
    String use(InputStream in) throws IOException {
      boolean before = in.available() > 0;
      long bytes = in.transferTo(new ByteArrayOutputStream());
      return before + " " + bytes + " " + in.available() + " " + in.read();
    }
  },
  /** What is skipped is counted, up to the end, and the byte behind it is read next. */
  SKIP {
    @Override
    String use(InputStream in) throws IOException {
      StringBuilder seen = new StringBuilder();
      for (long count : new long[] {-1, 0, 1, 65_532, 1, 0, 65_536, 70_000, Long.MAX_VALUE, 1}) {
        seen.append(in.skip(count)).append(" then ").append(in.read()).append(", ");
      }
      return seen.toString();
    }
  },
  GZIP {
    @Override
    String use(InputStream in) throws IOException {
      return summary(new GZIPInputStream(in).readAllBytes());
    }
  };

  abstract String use(InputStream in) throws IOException;

  /** Returns what this use sees of {@code in}, exceptions of the format that is read too. */
  public String of(InputStream in) throws IOException {
    try {
      return use(in);
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      return e.getClass().getSimpleName();
    }
  }

  private static String summary(String text) {
    return summary(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String summary(byte[] bytes) {
    return bytes.length + ":" + Arrays.hashCode(bytes) + " ";
  }

  /** Returns bytes that depend on {@code size} alone. */
  public static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /**
   * Returns contents that programs trip over when a stream is filled {@code segment} bytes at a
   * time: sizes around it, and gzip files of which a member ends just there.
   */
  public static List<byte[]> contents(int segment) {
    List<byte[]> all = new ArrayList<>();
    for (int size :
        new int[] {0, 1, segment - 1, segment, segment + 1, 2 * segment, 2 * segment + 1}) {
      all.add(random(size));
    }
    all.add(gzips(segment));
    all.add(gzips(segment - 20));
    return all;
  }

  /** Returns three members of gzip, of which the first has exactly {@code bytes} bytes. */
  public static byte[] gzips(int bytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] first = {};
    for (int size = bytes - 100; first.length < bytes; size++) {
      first = gzip(random(size));
    }
    if (first.length != bytes) {
      throw new IllegalStateException("no member of " + bytes + " bytes");
    }
    all.writeBytes(first);
    all.writeBytes(gzip("second".getBytes(StandardCharsets.US_ASCII)));
    all.writeBytes(gzip("third".getBytes(StandardCharsets.US_ASCII)));
    return all.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
