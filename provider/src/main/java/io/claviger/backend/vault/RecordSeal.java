package io.claviger.backend.vault;

/**
 * Seals key material before it is stored in KV.
 *
 * <p>Threads: safe. Arrays are not kept; answers belong to the caller, who wipes what is secret.
 */
interface RecordSeal {
  /** Returns what stands in a record for this kind of seal. */
  String name();

  /** Seals {@code plain}, bound to {@code context}. */
  String seal(byte[] plain, byte[] context, String subject);

  /** Opens a seal; NOT_AUTHENTIC if it is another's, of another context, or was changed. */
  byte[] open(String sealed, byte[] context, String subject);

  /** Wipes what is held in memory. */
  default void close() {}
}
