package io.claviger.bulk;

/** Why a run ended, for programs that act on it; the sentence is {@link RunResult#stopped}. */
public enum RunEnd {
  /** Every unit of the source was worked on. */
  COMPLETE,
  /** It was asked to stop, or interrupted. */
  ASKED,
  /** The store did not answer for longer than {@link Limits#patience}. */
  STORE_AWAY,
  /** The key service did not answer for longer than {@link Limits#patience}. */
  KEYS_AWAY,
  /** Store or key service refuse the caller, whatever it asks for. */
  DENIED,
  /** The bucket, or what names the units, is not there. */
  NOT_FOUND,
  /** Credentials are missing, or the key service is not configured or not running. */
  CONFIGURATION,
  /** The units cannot be read from their source: a request, a file or an inventory is wrong. */
  SOURCE,
  /** More units failed than {@link Limits#failedShare} allows. */
  TOO_MANY_FAILED,
  /** The folder of the run cannot be written. */
  FOLDER,
  /** A defect, of this library or of the listener. */
  INTERNAL
}
