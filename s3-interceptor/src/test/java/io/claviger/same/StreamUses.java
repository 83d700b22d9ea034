package io.claviger.same;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

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
  ONE_BYTE {
    @Override
    String use(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
      }
      return summary(all.toByteArray());
    }
  },
  ODD_PIECES {
    @Override
    String use(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] piece = new byte[7001];
      for (int n = in.read(piece, 3, 6007); n >= 0; n = in.read(piece, 3, 6007)) {
        all.write(piece, 3, n);
      }
      return summary(all.toByteArray()) + in.read(piece);
    }
  },
  ALL {
    @Override
    String use(InputStream in) throws IOException {
      return summary(in.readAllBytes());
    }
  },
  TRANSFER {
    @Override
    String use(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      long bytes = in.transferTo(all);
      return bytes + " " + summary(all.toByteArray());
    }
  },
  SKIP {
    @Override
    String use(InputStream in) throws IOException {
      StringBuilder seen = new StringBuilder();
      for (int step = 1; ; step = step * 3 + 1) {
        try {
          in.skipNBytes(step);
        } catch (IOException e) {
          return seen + e.getClass().getSimpleName() + in.skip(-1) + in.skip(0) + in.skip(5);
        }
        seen.append(in.read()).append(' ');
      }
    }
  },
  MARK {
    @Override
    String use(InputStream in) throws IOException {
      BufferedInputStream buffered = new BufferedInputStream(in, 100);
      buffered.mark(70_000);
      byte[] first = buffered.readNBytes(69_999);
      buffered.reset();
      return summary(first) + summary(buffered.readAllBytes());
    }
  },
  PUSHBACK {
    @Override
    String use(InputStream in) throws IOException {
      PushbackInputStream back = new PushbackInputStream(in, 4);
      byte[] first = back.readNBytes(4);
      back.unread(first);
      return summary(back.readAllBytes());
    }
  },
  SCANNER {
    @Override
    String use(InputStream in) {
      try (Scanner lines = new Scanner(in, StandardCharsets.ISO_8859_1)) {
        return Integer.toString(lines.useDelimiter("\n").tokens().mapToInt(String::length).sum());
      }
    }
  },
  GZIP {
    @Override
    String use(InputStream in) throws IOException {
      return summary(new GZIPInputStream(in).readAllBytes());
    }
  },
  ZIP {
    @Override
    String use(InputStream in) throws IOException {
      StringBuilder seen = new StringBuilder();
      ZipInputStream zip = new ZipInputStream(in);
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        seen.append(e.getName()).append(summary(zip.readAllBytes())).append(zip.available());
      }
      return seen.toString();
    }
  },
  PARTLY {
    @Override
    String use(InputStream in) throws IOException {
      String seen = summary(in.readNBytes(70_000));
      in.close();
      in.close();
      return seen;
    }
  };

  abstract String use(InputStream in) throws IOException;

  /**
   * Whether what it sees depends on {@code available()}: a plain client's says what the connection
   * has brought so far, which no two calls agree upon; a sealed object's stream is exact.
   */
  public boolean asksWhatIsThere() {
    return switch (this) {
      case WHILE_AVAILABLE, READY, AVAILABLE_AT_THE_END, GZIP -> true;
      default -> false;
    };
  }

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
   * time: sizes around it, and archives of which a member ends just there.
   */
  public static List<byte[]> contents(int segment) {
    List<byte[]> all = new ArrayList<>();
    for (int size :
        new int[] {0, 1, segment - 1, segment, segment + 1, 2 * segment, 2 * segment + 1}) {
      all.add(random(size));
    }
    all.add(gzips(segment));
    all.add(gzips(segment - 20));
    all.add(zip(segment));
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

  private static byte[] zip(int bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("a", "b")) {
        zip.putNextEntry(new ZipEntry(name));
        new ByteArrayInputStream(random(bytes)).transferTo(zip);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
