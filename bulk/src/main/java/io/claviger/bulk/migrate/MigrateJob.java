package io.claviger.bulk.migrate;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Seals what is not sealed yet: plaintext objects, and those of the Amazon S3 Encryption Client
 * where the sealing client has its keys ({@code s3EncryptionClient}). In place, or into another
 * bucket under the same keys.
 *
 * <p>What is sealed already is recognised by one HEAD, without a call of the key service, so a
 * second run writes nothing. What was stored is read back and authenticated before anything is
 * given up: in a bucket with versions the plaintext stays as an old version, in one without
 * versions the object is replaced only after its sealed copy was read back under another name. An
 * object that somebody writes meanwhile stays as it was written.
 *
 * <p>Readers need {@code plaintextObjects(ALLOW)}, and {@code s3EncryptionClient} where such
 * objects are, until a run has left nothing to do.
 *
 * @param toBucket the bucket that gets the sealed objects, null to seal them in their place
 * @param purgeReplaced whether the version that a sealed object replaced is deleted after the proof
 */
public record MigrateJob(@Nullable String toBucket, boolean purgeReplaced) implements Job {
  private static final long serialVersionUID = 1L;

  /** Seals objects in their place. Replaced versions stay. */
  public static final MigrateJob IN_PLACE = new MigrateJob(null, false);

  /** HEAD twice, tags, GET, GET of the sealed one; without versions two HEADs and an open more. */
  private static final int READS = 8;

  /** PUT; without versions three requests of a copy and two that delete. */
  private static final int WRITES = 6;

  private static final int KEY_CALLS = 4;

  /** Pieces: created, completed, and a probe. */
  private static final int WRITES_OF_PARTS = 2;

  public MigrateJob {
    if (toBucket != null && purgeReplaced) {
      throw new IllegalArgumentException(
          "purgeReplaced deletes what was replaced in place; a migration into another bucket replaces nothing");
    }
  }

  /** Returns the job that seals into another bucket and leaves the objects where they are. */
  public static MigrateJob into(String bucket) {
    return new MigrateJob(bucket, false);
  }

  /** Returns this with replaced versions deleted after the proof. */
  public MigrateJob purgingReplaced() {
    return new MigrateJob(toBucket, true);
  }

  @Override
  public String name() {
    return "migrate"
        + (toBucket == null ? "" : " into " + toBucket)
        + (purgeReplaced ? " and purge what is replaced" : "");
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    return new Migration(new Store(clients, pace), this, Instant.MAX);
  }

  @Override
  public Job sharedSince(Instant begun) {
    return new SharedMigration(this, begun);
  }

  @Override
  public Cost cost(Unit unit) {
    long bytes = Math.max(0, unit.storedBytes());
    long parts = Upload.parts(bytes);
    long large = parts > 1 ? 1 : 0;
    return new Cost(
        READS + large * (parts + 1),
        WRITES + large * (parts + WRITES_OF_PARTS),
        KEY_CALLS,
        bytes * (2 + large),
        bytes);
  }
}
