package io.claviger.bulk.audit;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says of each object, without any key and without a key service, whether it has the form of a
 * sealed one, and under which master key and version it says that it is. It finds what was never
 * sealed, and accidents: lost or swapped metadata of objects of one part, cut bodies, moved
 * objects.
 *
 * <p>It proves nothing: who can write to the bucket can forge the form, and metadata swapped
 * between two objects of several parts is not seen. A proof is {@code VerifyJob}.
 *
 * <p>One GET of {@code bytes=0-129} for an object, one to three more for one of several parts.
 *
 * @param bucketAliases the bucket by whose name objects are sealed, by the bucket in which they are
 *     found: replicas, renamed buckets
 */
public record AuditJob(Map<String, String> bucketAliases) implements Job {
  private static final long serialVersionUID = 1L;

  /** Every bucket by its own name. */
  public static final AuditJob DEFAULT = new AuditJob(Map.of());

  public AuditJob {
    bucketAliases = Map.copyOf(bucketAliases);
  }

  @Override
  public String name() {
    return bucketAliases.isEmpty() ? "audit" : "audit " + new TreeMap<>(bucketAliases);
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    ObjectForms forms = new ObjectForms(bucket -> bucketAliases.getOrDefault(bucket, bucket));
    return new Audit(clients.stored(), pace, forms);
  }

  @Override
  public Cost cost(Unit unit) {
    return LeftAlone.isArchived(unit) ? Cost.NONE : new Cost(1, 0, 0, ObjectForms.FIRST_BYTES, 0);
  }
}
