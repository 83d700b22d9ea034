package io.claviger.backend.local;

import io.claviger.engine.Entropy;
import io.claviger.format.Utf8;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Name of a record file: 16 bytes of the hash of the key's id, the folder's generation with the
 * change that wrote it, 8 random bytes. No name is used twice.
 */
record RecordName(long hashHigh, long hashLow, long generation, long random) {
  /** Length in the manifest. */
  static final int BYTES = 4 * Long.BYTES;

  private static final String SUFFIX = ".record";
  private static final String ASIDE = ".aside";
  private static final String UNFINISHED = ".unfinished";
  private static final Pattern FILE_NAME =
      Pattern.compile(
          "([0-9a-f]{16})([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{16})\\.record(\\.aside|\\.unfinished)?");

  static RecordName fresh(String keyId, long generation) {
    return of(keyId, generation).renewed();
  }

  private static RecordName of(String keyId, long generation) {
    ByteBuffer hash = hash(keyId);
    return new RecordName(hash.getLong(), hash.getLong(), generation, 0);
  }

  /** Returns a name of the same key and generation that no file has yet. */
  RecordName renewed() {
    long another = ByteBuffer.wrap(Entropy.bytes(Long.BYTES)).getLong();
    return new RecordName(hashHigh, hashLow, generation, another);
  }

  /** Whether two names are of records of one key. */
  boolean isOfSameKey(RecordName other) {
    return hashHigh == other.hashHigh && hashLow == other.hashLow;
  }

  /** Returns the name that a file has, set aside or not; null if it is another file. */
  static @Nullable RecordName parse(String fileName) {
    Matcher m = FILE_NAME.matcher(fileName);
    return m.matches()
        ? new RecordName(number(m, 1), number(m, 2), number(m, 3), number(m, 4))
        : null;
  }

  private static long number(Matcher m, int group) {
    return Long.parseUnsignedLong(m.group(group), 16);
  }

  static RecordName get(ByteBuffer in) {
    return new RecordName(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  void put(ByteBuffer out) {
    out.putLong(hashHigh).putLong(hashLow).putLong(generation).putLong(random);
  }

  String fileName() {
    return "%016x%016x-%016x-%016x".formatted(hashHigh, hashLow, generation, random) + SUFFIX;
  }

  /** Returns the name under which an unreferenced record is set aside. */
  String asideName() {
    return fileName() + ASIDE;
  }

  /** Returns the name under which the record of a change that was never made is set aside. */
  String unfinishedName() {
    return fileName() + UNFINISHED;
  }

  /** Returns the names that the file may have, that of a record first. */
  List<String> fileNames() {
    return List.of(fileName(), asideName(), unfinishedName());
  }

  /** Whether a file is set aside, for whichever reason. */
  static boolean isAside(String fileName) {
    return fileName.endsWith(ASIDE) || isUnfinished(fileName);
  }

  static boolean isUnfinished(String fileName) {
    return fileName.endsWith(UNFINISHED);
  }

  /** Returns how the names of all records of this key begin. */
  String ofSameKey() {
    return "%016x%016x-".formatted(hashHigh, hashLow);
  }

  static String startOf(String keyId) {
    return of(keyId, 0).ofSameKey();
  }

  /** Returns those of {@code names} that are records of a key, set aside or not, sorted. */
  static List<String> filesOf(String keyId, Collection<String> names) {
    String start = startOf(keyId);
    return names.stream()
        .filter(file -> file.startsWith(start) && parse(file) != null)
        .sorted()
        .toList();
  }

  boolean isOf(String keyId) {
    ByteBuffer hash = hash(keyId);
    return hashHigh == hash.getLong() && hashLow == hash.getLong();
  }

  private static ByteBuffer hash(String keyId) {
    return ByteBuffer.wrap(sha256(Utf8.encode(keyId)));
  }

  static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }
}
