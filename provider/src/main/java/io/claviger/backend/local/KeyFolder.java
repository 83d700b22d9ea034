package io.claviger.backend.local;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder and its files: durable, atomic, 0600 in 0700 unless configured otherwise.
 *
 * <p>A write is a temporary file, fsync, rename (or link, where nothing may be replaced), fsync of
 * the folder: at any instant the old or the new content is there, never neither.
 */
final class KeyFolder {
  private static final String TEMPORARY_MARK = ".tmp-";
  private static final Set<PosixFilePermission> FOLDER_RIGHTS =
      PosixFilePermissions.fromString("rwx------");
  private static final int BITS = 9;
  private static final Set<OpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path folder;
  private final Set<PosixFilePermission> fileRights;

  /**
   * Uses this folder.
   *
   * @param fileMode mode bits of the files, for instance 0600
   */
  KeyFolder(Path folder, int fileMode) {
    this.folder = folder;
    this.fileRights = rights(fileMode);
  }

  private static Set<PosixFilePermission> rights(int mode) {
    String letters = "rwxrwxrwx";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BITS; i++) {
      text.append((mode & (1 << (BITS - 1 - i))) == 0 ? '-' : letters.charAt(i));
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  /** Makes the folder if it is not there and makes sure that it can be written. */
  void prepare() {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_RIGHTS));
      }
      probe();
    } catch (IOException e) {
      throw KmsException.of(
          ErrorKind.INVALID_CONFIGURATION,
          "config \"key_dir\": the key folder %s cannot be written (%s). Give this user the right to write there, or choose another folder"
              .formatted(folder, e.getClass().getSimpleName()),
          e);
    }
  }

  private void probe() throws IOException {
    Files.delete(writeTemporary("probe", new byte[0]));
  }

  /** Returns normally when files can be written. */
  void check() {
    try {
      probe();
    } catch (IOException e) {
      throw unavailable("written", e);
    }
  }

  /** Returns the folder without links; it must exist. */
  Path realPath() {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw unavailable("found", e);
    }
  }

  Path path() {
    return folder;
  }

  Path lockFile() {
    return folder.resolve(".claviger.lock");
  }

  Path rootFile() {
    return folder.resolve(".claviger-root.json");
  }

  Path indexFile() {
    return folder.resolve(".claviger-index");
  }

  /** Returns what identifies the content of a file, or null if there is none. */
  @Nullable Stamp stamp(Path file) {
    try {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(a.fileKey(), a.size(), a.lastModifiedTime());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw unavailable("read", e);
    }
  }

  /** Inode, size and time of a file: equal stamps mean equal content. */
  record Stamp(@Nullable Object fileKey, long size, FileTime modified) {}

  /** Removes what a write that was cut off by a crash left behind; under the folder's lock. */
  void removeLeftovers() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(KeyFolder::isTemporary).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw unavailable("cleaned", e);
    }
  }

  private static boolean isTemporary(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && name.contains(TEMPORARY_MARK);
  }

  /** Returns the record file of a key; INVALID_REQUEST for an id that makes no file name. */
  Path recordFile(String keyId) {
    return folder.resolve(RecordNames.of(keyId));
  }

  /** Returns the ids of all record files. */
  NavigableSet<String> keyIds() {
    try (Stream<Path> files = Files.list(folder)) {
      NavigableSet<String> ids = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(RecordNames::isRecord)
          .forEach(name -> ids.add(RecordNames.idOf(name)));
      return ids;
    } catch (IOException e) {
      throw unavailable("listed", e);
    }
  }

  Optional<byte[]> read(Path file) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unavailable("read", e);
    }
  }

  /** Writes a file that must not be there yet; false, changing nothing, if it is. */
  boolean create(Path file, byte[] content) {
    try {
      Path temporary = writeTemporary(file.getFileName().toString(), content);
      try {
        Files.createLink(file, temporary);
      } catch (FileAlreadyExistsException e) {
        return false;
      } finally {
        Files.delete(temporary);
      }
      syncFolder();
      return true;
    } catch (IOException e) {
      throw unavailable("written", e);
    }
  }

  /** Writes a file anywhere that must not be there yet, readable by its owner only. */
  static void writeNew(Path file, byte[] content) throws IOException {
    try (FileChannel out = FileChannel.open(file, NEW_FILE, ownerOnly())) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        out.write(left);
      }
      out.force(true);
    }
  }

  /** Replaces a file. */
  void replace(Path file, byte[] content) {
    try {
      Path temporary = writeTemporary(file.getFileName().toString(), content);
      try {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      syncFolder();
    } catch (IOException e) {
      throw unavailable("written", e);
    }
  }

  /** Removes a file. */
  void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      syncFolder();
    } catch (IOException e) {
      throw unavailable("written", e);
    }
  }

  boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private Path writeTemporary(String name, byte[] content) throws IOException {
    Path temporary = folder.resolve("." + name + TEMPORARY_MARK + UUID.randomUUID());
    try (FileChannel out = FileChannel.open(temporary, NEW_FILE, ownerOnly())) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        out.write(left);
      }
      Files.setPosixFilePermissions(temporary, fileRights); // the umask narrows what open() gives
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return temporary;
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  private void syncFolder() throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  KmsException unavailable(String what, IOException cause) {
    if (cause instanceof ClosedByInterruptException
        || cause instanceof FileLockInterruptionException) {
      Thread.currentThread().interrupt();
      return KmsException.of(
          ErrorKind.TIMED_OUT,
          "interrupted while the key folder %s was used".formatted(folder),
          cause);
    }
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the key folder %s cannot be %s (%s). Nothing was lost: mend the disk or its rights and repeat"
            .formatted(folder, what, cause.getClass().getSimpleName()),
        cause);
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
