package io.claviger.backend.local;

import io.claviger.config.LocalConfig;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder and its files: names, modes, reading and the steps of writing. */
final class KeyFolder {
  static final String MANIFEST = ".claviger-manifest";
  static final String ROOT_COPY = ".claviger-root.json";
  static final String LOCK = ".claviger.lock";

  private static final Logger LOG = LoggerFactory.getLogger(KeyFolder.class);
  private static final String NEW = ".new";
  private static final Set<PosixFilePermission> FOLDER_RIGHTS =
      PosixFilePermissions.fromString("rwx------");
  private static final int BITS = 9;

  /** File systems that never show an old state; others may for {@link #ATTRIBUTE_CACHE}. */
  private static final Set<String> COHERENT =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "overlay", "apfs");

  private static final Duration ATTRIBUTE_CACHE = Duration.ofSeconds(3);

  private final Path folder;
  private final Set<PosixFilePermission> fileRights;
  private final Disk disk;

  /**
   * Uses this folder.
   *
   * @param fileMode mode bits of the files, for instance 0600
   */
  KeyFolder(Path folder, int fileMode, Disk disk) {
    this.folder = folder;
    this.fileRights = rights(fileMode);
    this.disk = disk;
  }

  private static Set<PosixFilePermission> rights(int mode) {
    String letters = "rwxrwxrwx";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BITS; i++) {
      text.append((mode & (1 << (BITS - 1 - i))) == 0 ? '-' : letters.charAt(i));
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  /** Returns the mode of the files that a folder has, 0600 if it has none. */
  static int modeOf(Path folder) {
    int mode = 0;
    try {
      Set<PosixFilePermission> found = Files.getPosixFilePermissions(folder.resolve(LOCK));
      for (char letter : PosixFilePermissions.toString(found).toCharArray()) {
        mode = 2 * mode + (letter == '-' ? 0 : 1);
      }
      return mode;
    } catch (IOException e) {
      return LocalConfig.DEFAULT_FILE_PERMISSIONS;
    }
  }

  /** Makes the folder if it is not there. */
  void make() {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_RIGHTS));
      }
      makeLockFile();
    } catch (IOException e) {
      throw ConfigurationException.ofField(
          "key_dir",
          "cannot be used: the key folder %s cannot be written (%s). Give this user the right to write there, or choose another folder"
              .formatted(folder, why(e)),
          e);
    }
  }

  /** Refuses a folder that everybody may write, and warns of one that a group may. */
  void requireSafe(boolean allowInsecureDevDefaults) {
    Set<PosixFilePermission> found;
    try {
      found = Files.getPosixFilePermissions(folder);
    } catch (IOException e) {
      throw unavailable("read", e);
    }
    String mode = PosixFilePermissions.toString(found);
    if (found.contains(PosixFilePermission.OTHERS_WRITE)) {
      if (!allowInsecureDevDefaults) {
        throw ConfigurationException.ofField(
            "key_dir",
            "is not safe: every user of this machine can write the key folder %s (%s). Take that right away (chmod o-w)"
                .formatted(folder, mode),
            null);
      }
    } else if (found.contains(PosixFilePermission.GROUP_WRITE)) {
      LOG.warn(
          "the key folder {} can be written by its group ({}): its members can delete keys",
          folder,
          mode);
    }
  }

  /** Makes the lock file, with the mode of the others, if it is not there. */
  void makeLockFile() throws IOException {
    if (!exists(LOCK)) {
      try {
        Files.createFile(lockFile(), ownerOnly());
        Files.setPosixFilePermissions(lockFile(), fileRights);
      } catch (FileAlreadyExistsException e) {
        return; // by another process, at this moment
      }
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
    return folder.resolve(LOCK);
  }

  /** Returns how long this folder's file system may show what was there before. */
  Duration attributeCache() {
    try {
      return COHERENT.contains(Files.getFileStore(folder).type()) ? Duration.ZERO : ATTRIBUTE_CACHE;
    } catch (IOException e) {
      return ATTRIBUTE_CACHE;
    }
  }

  boolean exists(String name) {
    return Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a file is one that can be opened. */
  boolean isRegular(String name) {
    return Files.isRegularFile(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Opens the lock file for writing. */
  FileChannel openLockFile() throws IOException {
    makeLockFile();
    try {
      NotAFileException.refuse(lockFile());
    } catch (NotAFileException e) {
      throw notAFile(LOCK, e);
    }
    return FileChannel.open(lockFile(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether the folder has records or a root key: then a missing manifest was lost. */
  boolean holdsKeys() {
    return Files.isDirectory(folder)
        && names().stream()
            .anyMatch(name -> name.equals(ROOT_COPY) || RecordName.parse(name) != null);
  }

  /** Returns the names of all files, sorted. */
  Set<String> names() {
    return new TreeSet<>(listing());
  }

  /** Returns the names of all files in no order, which takes half as long. */
  List<String> listing() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw unavailable("listed", e);
    }
  }

  /** Returns the content of a file, or empty if there is none. */
  Optional<byte[]> read(String name) {
    return head(name, Integer.MAX_VALUE);
  }

  /** Returns at most {@code bytes} bytes from the start of a file, or empty if there is none. */
  Optional<byte[]> head(String name, int bytes) {
    try {
      return Optional.of(disk.read(folder.resolve(name), bytes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NotAFileException e) {
      throw notAFile(name, e);
    } catch (IOException e) {
      throw unavailable("read", e);
    }
  }

  private KmsException notAFile(String name, NotAFileException found) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "%s in the key folder %s %s, and was not opened. Nothing was changed: move it out of the folder, put the file back if you know where it is, and repeat"
            .formatted(name, folder, found.what()),
        found);
  }

  /** Writes a durable file that must not be there yet. */
  void writeNew(String name, byte[] content) throws IOException {
    makeNew(name);
    try {
      fill(name, content);
    } catch (IOException e) {
      delete(name);
      throw e;
    }
  }

  /** Makes an empty file that must not be there yet. */
  void makeNew(String name) throws IOException {
    Files.createFile(folder.resolve(name), ownerOnly());
  }

  /** Writes an empty file, durable when the call returns. */
  void fill(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    disk.write(file, content);
    Files.setPosixFilePermissions(file, fileRights); // the umask narrows what opening gives
    disk.sync(file);
  }

  /** Returns the name beside {@code name} under which a change writes generation's file first. */
  static String newName(String name, long generation) {
    return "%s-%d%s".formatted(name, generation, NEW);
  }

  static boolean isNew(String name) {
    return name.startsWith(".claviger-") && name.endsWith(NEW);
  }

  /** Writes a file anywhere that must not be there yet, readable by its owner only. */
  static void writeBackup(Path file, byte[] content, Disk disk) throws IOException {
    Files.createFile(file, ownerOnly());
    try {
      disk.write(file, content);
      disk.sync(file);
    } catch (IOException e) {
      disk.delete(file); // a cut one would be in the way of the next
      throw e;
    }
  }

  void rename(String from, String to) throws IOException {
    disk.rename(folder.resolve(from), folder.resolve(to));
  }

  void delete(String name) throws IOException {
    disk.delete(folder.resolve(name));
  }

  /** Makes all names of the folder durable. */
  void sync() throws IOException {
    disk.syncFolder(folder);
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  /** Whether a path leads to this folder. */
  boolean isAt(Path path) {
    try {
      return Files.isSameFile(folder, path);
    } catch (IOException e) {
      return false; // there is nothing
    }
  }

  KmsException unavailable(String what, Throwable cause) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the key folder %s cannot be %s (%s). Nothing was changed or lost: repair the disk or its rights and repeat"
            .formatted(folder, what, why(cause)),
        cause);
  }

  /** Returns the kind of a failure, the file that it is about, and what the system says of it. */
  static String why(Throwable cause) {
    StringBuilder why = new StringBuilder(cause.getClass().getSimpleName());
    String said = cause instanceof IOException ? cause.getMessage() : null;
    if (cause instanceof FileSystemException known) {
      said = known.getReason();
      Path name = known.getFile() == null ? null : Path.of(known.getFile()).getFileName();
      if (name != null) {
        why.append(": ").append(name);
      }
    }
    return said == null ? why.toString() : why.append(": ").append(said).toString();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
