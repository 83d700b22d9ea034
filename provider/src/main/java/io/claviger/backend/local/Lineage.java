package io.claviger.backend.local;

import io.claviger.engine.Entropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Who wrote the manifests before this one, so that a process which saw one of them recognises that
 * it is not among them: then an older one was put back and changed. Immutable.
 *
 * <p>Every writer, a random number for each opened folder, goes forward only: it refuses a manifest
 * that does not come from the newest that it has seen. So the last generation that each one wrote
 * says of all of its manifests whether they are among the ancestors, and the list grows with the
 * number of processes, not of changes.
 *
 * @param since generation from which every writer is listed; of manifests before nothing is known
 * @param writers the last generation of each writer, newest first, at most {@value #MOST}
 */
record Lineage(long since, List<Writer> writers) {
  static final int MOST = 64;

  /** What manifests without a lineage have: nothing is known. */
  static final Lineage UNKNOWN = new Lineage(Long.MAX_VALUE, List.of());

  Lineage {
    writers = List.copyOf(writers);
  }

  /**
   * A writer and the last generation that it wrote.
   *
   * @param id a random number
   */
  record Writer(long id, long last) {}

  static long newWriter() {
    return ByteBuffer.wrap(Entropy.bytes(Long.BYTES)).getLong();
  }

  /** Returns the lineage of a manifest that comes from nothing: a new folder, or a rebuilt one. */
  static Lineage begin(long writer, long generation) {
    return new Lineage(generation, List.of(new Writer(writer, generation)));
  }

  /** Returns the lineage of the next manifest. */
  Lineage next(long writer, long generation) {
    if (writers.isEmpty()) {
      return begin(writer, generation);
    }
    List<Writer> next = new ArrayList<>(writers.size() + 1);
    next.add(new Writer(writer, generation));
    writers.stream().filter(other -> other.id() != writer).forEach(next::add);
    long from = since;
    if (next.size() > MOST) {
      from = next.remove(MOST).last() + 1;
    }
    return new Lineage(from, next);
  }

  /** Whether a manifest of {@code generation} with the lineage {@code seen} is an ancestor. */
  boolean includes(long generation, Lineage seen) {
    return !seen.writers.isEmpty()
        && writers.stream()
            .anyMatch(w -> w.id() == seen.writers.get(0).id() && w.last() >= generation);
  }

  /** Whether it is none; of one before {@link #since}, or without lineage, nobody knows. */
  boolean excludes(long generation, Lineage seen) {
    return generation >= since && !seen.writers.isEmpty() && !includes(generation, seen);
  }

  static Lineage get(ByteBuffer in) {
    long since = in.getLong();
    List<Writer> writers = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      writers.add(new Writer(in.getLong(), in.getLong()));
    }
    return new Lineage(since, writers);
  }

  void put(ByteBuffer out) {
    out.putLong(since).putInt(writers.size());
    writers.forEach(writer -> out.putLong(writer.id()).putLong(writer.last()));
  }

  /** Returns the length in the manifest. */
  int bytes() {
    return Long.BYTES + Integer.BYTES + writers.size() * 2 * Long.BYTES;
  }
}
