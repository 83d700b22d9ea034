package io.claviger.s3.internal.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.s3.rules.KeyRules;
import io.claviger.service.KmsManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key rules in force: given once, exchanged by the program, or those of a file, which is read
 * again at most once a second. A call asks once and keeps what it got, so that no call meets two
 * sets of rules. Two sources are equal that begin with equal rules, or read one file.
 *
 * <p>Threads: safe. Blocking: reads the file; {@link #require} calls the key service.
 */
public final class KeyRuleSource {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRuleSource.class);
  private static final long REREAD_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MOST_KNOWN = 20_000;

  /** The rules given first, or the path of their file. */
  private final Object origin;

  private final @Nullable Path file;
  private final AtomicLong nextRead = new AtomicLong(System.nanoTime() + REREAD_NANOS);
  private final AtomicInteger created = new AtomicInteger();

  /** Keys that were there a short while ago. */
  private final Cache<String, Boolean> known =
      Caffeine.newBuilder()
          .maximumSize(MOST_KNOWN)
          .expireAfterWrite(Duration.ofMinutes(1))
          .executor(Runnable::run)
          .build();

  private volatile KeyRules rules;
  private volatile @Nullable String read; // at the last look; null before the first

  private KeyRuleSource(Object origin, @Nullable Path file, KeyRules rules) {
    this.origin = origin;
    this.file = file;
    this.rules = rules;
  }

  /** Returns a source that begins with {@code rules}. */
  public static KeyRuleSource of(KeyRules rules) {
    return new KeyRuleSource(rules, null, rules);
  }

  /**
   * Returns the rules of a file, which is read.
   *
   * @throws IllegalArgumentException for a file that cannot be read, or a rule that is wrong
   */
  public static KeyRuleSource of(Path file) {
    return new KeyRuleSource(file.toAbsolutePath(), file, KeyRules.load(file));
  }

  /** Returns the rules in force. */
  public KeyRules current() {
    if (file != null) {
      long now = System.nanoTime();
      long due = nextRead.get();
      if (now - due >= 0 && nextRead.compareAndSet(due, now + REREAD_NANOS)) {
        reread(file);
      }
    }
    return rules;
  }

  /** What is wrong is reported once for each text, and the rules before stay. */
  private void reread(Path changed) {
    String text = text(changed);
    if (text.equals(read)) {
      return;
    }
    read = text;
    try {
      KeyRules loaded = KeyRules.load(changed);
      if (!loaded.equals(rules)) {
        rules = loaded;
        LOG.info("{} from {} are in force", loaded, changed);
      }
    } catch (IllegalArgumentException e) {
      LOG.error("{}. The rules before stay in force; correct the file", e.getMessage());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Lets other rules take the place of those in force, for calls that begin from then on.
   *
   * @throws IllegalStateException if they are those of a file
   */
  public void exchange(KeyRules changed) {
    if (file != null) {
      throw new IllegalStateException(
          "the key rules are those of %s. Change that file: it is read again within a second"
              .formatted(file));
    }
    rules = changed;
  }

  /**
   * Creates the key that a rule names where there is none and the rules allow it; does nothing
   * where they do not.
   *
   * @throws KmsException KEY_NOT_FOUND where as many were created as the rules allow
   */
  void require(KeyRules inForce, String keyId, KmsManager keys) {
    if (inForce.newKeys() == 0 || known.getIfPresent(keyId) != null) {
      return;
    }
    if (isMissing(keyId, keys)) {
      if (created.getAndUpdate(n -> Math.min(n + 1, inForce.newKeys())) >= inForce.newKeys()) {
        throw KmsException.of(
            ErrorKind.KEY_NOT_FOUND,
            "key \"%s\" does not exist, and this process has created the %d keys that the key rules allow. Create it, or raise \"create\" in the rules"
                .formatted(keyId, inForce.newKeys()));
      }
      keys.ensureKey(keyId);
      LOG.info("key \"{}\" was created, as the key rules say", keyId);
    }
    known.put(keyId, true);
  }

  private static boolean isMissing(String keyId, KmsManager keys) {
    try {
      keys.describeKey(keyId);
      return false;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.KEY_NOT_FOUND) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyRuleSource that && origin.equals(that.origin);
  }

  @Override
  public int hashCode() {
    return origin.hashCode();
  }

  @Override
  public String toString() {
    return file == null ? rules.toString() : "%s of %s".formatted(rules, file);
  }
}
