package io.claviger.encryption;

import io.claviger.engine.Entropy;
import io.claviger.format.Layout;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds a stream until its length is known, for {@link
 * EncryptionService#encryptStream(String, EncryptionContext, InputStream, Spool)} and {@link
 * #fill}.
 *
 * <p>What is written there is sealed under a key that exists in memory only, and is verified when
 * it is read back: a reader of the disk learns nothing but its size, and a file that was changed is
 * an error. The file is new, for its owner only, and removed when the stream is closed and when
 * anything fails; on POSIX systems its name is removed as soon as it is open, so that a process
 * that is killed leaves none either.
 *
 * <p>Immutable and safe for threads. Blocking: filling blocks as source and disk do, and holds one
 * part of {@value EncryptionService#STREAM_PART_BYTES} bytes in memory.
 */
public final class Spool {
  private static final Set<StandardOpenOption> NEW_AND_REMOVED =
      Set.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);

  private final @Nullable Path file;
  private final long maxBytes;

  private Spool(@Nullable Path file, long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a spool of %d bytes, at least 0".formatted(maxBytes));
    }
    this.file = file;
    this.maxBytes = Math.min(maxBytes, Layout.MAX_PLAIN_BYTES);
  }

  /**
   * Returns a spool in the folder {@code java.io.tmpdir}, under a random name for each stream.
   *
   * @param maxBytes the most plaintext bytes of one stream; never more than one sealed object takes
   * @throws IllegalArgumentException if it is negative
   */
  public static Spool temporary(long maxBytes) {
    return new Spool(null, maxBytes);
  }

  /**
   * Returns a spool of this name, for one stream at a time; there must be no such file.
   *
   * @param maxBytes as for {@link #temporary}
   * @throws IllegalArgumentException if it is negative
   */
  public static Spool at(Path file, long maxBytes) {
    return new Spool(file, maxBytes);
  }

  /**
   * Reads {@code source} to its end into the file, so that its length is known and it can be read
   * again. Blocking; no call of the key service. Close the answer.
   *
   * @param service its engine seals the file
   * @param source read to its end and closed by this call, also by one that fails
   * @throws FormatException TOO_LARGE if {@code source} has more bytes than this takes
   * @throws IOException if {@code source} or the file fails; FileAlreadyExistsException if there is
   *     a file of the name that the caller chose, which is left as it is
   */
  public Spooled fill(EncryptionService service, InputStream source) throws IOException {
    CustomerKey key = inMemoryOnly();
    FileChannel stored = null;
    try (InputStream closedAtTheEnd = source) {
      stored = open();
      Counted counted = new Counted(closedAtTheEnd, maxBytes);
      SealedStream sealed = service.inParts(sealedUnder(key), counted);
      try (InputStream bytes = sealed.bytes()) {
        bytes.transferTo(Channels.newOutputStream(stored));
      }
      return new Spooled(service, sealed.headers(), stored, key, counted.count);
    } catch (IOException | RuntimeException | Error e) {
      key.close();
      if (stored != null) {
        stored.close();
      }
      throw e;
    }
  }

  private static CustomerKey inMemoryOnly() {
    byte[] drawn = Entropy.bytes(CustomerKey.BYTES);
    try {
      return CustomerKey.of(drawn);
    } finally {
      Arrays.fill(drawn, (byte) 0);
    }
  }

  private static SealRequest sealedUnder(CustomerKey key) {
    return new SealRequest(
        EncryptionService.NO_OBJECT,
        null,
        EncryptionContext.empty(),
        NameBinding.NONE,
        SealRequest.CUSTOMER,
        key,
        false);
  }

  private FileChannel open() throws IOException {
    Path path = file == null ? temporaryFile() : file;
    return FileChannel.open(path, NEW_AND_REMOVED, forItsOwner(path));
  }

  private static Path temporaryFile() {
    String name = "claviger-spool-" + HexFormat.of().formatHex(Entropy.bytes(16));
    return Path.of(System.getProperty("java.io.tmpdir"), name);
  }

  private static FileAttribute<?>[] forItsOwner(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** Counts what is read, and refuses more than the limit. */
  private static final class Counted extends FilterInputStream {
    private final long most;
    private long count;

    Counted(InputStream in, long most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int found = in.read();
      add(found < 0 ? 0 : 1);
      return found;
    }

    @Override
    public int read(byte[] out, int from, int length) throws IOException {
      int read = in.read(out, from, length);
      add(Math.max(read, 0));
      return read;
    }

    private void add(int read) {
      count += read;
      if (count > most) {
        throw new FormatException(
            Failure.TOO_LARGE,
            "the source gave more than the %d bytes that its spool takes; nothing was sealed. Raise the limit of the spool, or seal the stream in parts of memory"
                .formatted(most));
      }
    }
  }
}
