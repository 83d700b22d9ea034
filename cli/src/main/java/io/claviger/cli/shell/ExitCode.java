package io.claviger.cli.shell;

import io.claviger.kms.ErrorKind;
import java.util.EnumMap;
import java.util.Map;

/** The table of exit statuses; {@code docs/cli.md} has the same one. */
public enum ExitCode {
  /** Done. */
  OK(0),
  /** A defect of this program. */
  INTERNAL(1),
  /** The command line is wrong. */
  USAGE(2),
  /** A setting, a passphrase or credentials are missing or wrong. */
  CONFIGURATION(3),
  /** No such key, bucket, object or file. */
  NOT_FOUND(4),
  /** The state, a rule or the request itself forbids it; nothing was done. */
  REFUSED(5),
  /** Key service or store deny it. */
  DENIED(6),
  /** Stored bytes or records are not those that were sealed. */
  DAMAGED(7),
  /** Key service or store do not answer; the same command may succeed later. */
  UNAVAILABLE(8),
  /** The command worked, and found what it looks for: damage, plaintext, a wrong set-up. */
  FINDINGS(9),
  /** A local file or a standard stream cannot be read or written. */
  LOCAL_FILE(10),
  /** A question was answered with no, or nobody was there to answer it. */
  NOT_CONFIRMED(11),
  /** What read standard output ended first; as of a process that SIGPIPE ended. Nothing is said. */
  READER_ENDED(141);

  private static final Map<ErrorKind, ExitCode> OF_KIND = new EnumMap<>(ErrorKind.class);

  static {
    OF_KIND.put(ErrorKind.INVALID_CONFIGURATION, CONFIGURATION);
    OF_KIND.put(ErrorKind.NOT_RUNNING, CONFIGURATION);
    OF_KIND.put(ErrorKind.KEY_NOT_FOUND, NOT_FOUND);
    OF_KIND.put(ErrorKind.KEY_ALREADY_EXISTS, REFUSED);
    OF_KIND.put(ErrorKind.INVALID_REQUEST, REFUSED);
    OF_KIND.put(ErrorKind.INVALID_KEY_STATE, REFUSED);
    OF_KIND.put(ErrorKind.ACCESS_DENIED, DENIED);
    OF_KIND.put(ErrorKind.UNSUPPORTED_CAPABILITY, REFUSED);
    OF_KIND.put(ErrorKind.UNAVAILABLE, UNAVAILABLE);
    OF_KIND.put(ErrorKind.TIMED_OUT, UNAVAILABLE);
    OF_KIND.put(ErrorKind.RATE_LIMITED, UNAVAILABLE);
    OF_KIND.put(ErrorKind.CORRUPT_RECORD, DAMAGED);
    OF_KIND.put(ErrorKind.NOT_AUTHENTIC, DAMAGED);
    OF_KIND.put(ErrorKind.CRYPTO_FAILURE, INTERNAL);
    OF_KIND.put(ErrorKind.CACHE_FAILURE, INTERNAL);
    OF_KIND.put(ErrorKind.INTERNAL, INTERNAL);
  }

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** Returns the exit status of the process. */
  public int status() {
    return status;
  }

  /** Returns the row of a failure of key management. */
  public static ExitCode of(ErrorKind kind) {
    return OF_KIND.getOrDefault(kind, INTERNAL);
  }
}
