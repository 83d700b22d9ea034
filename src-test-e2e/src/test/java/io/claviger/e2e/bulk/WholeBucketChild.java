package io.claviger.e2e.bulk;

import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * One job over a whole bucket, in a JVM whose heap the caller limits. Arguments: endpoint, bucket,
 * folder of the keys, {@code audit} or {@code rewrap}, folder of the run, file for what it saw.
 */
final class WholeBucketChild {
  /**
   * What a run did.
   *
   * @param requests to the store, by operation
   * @param keyCalls of the key service, by operation
   */
  record Seen(RunResult result, Map<String, Integer> requests, Map<String, Integer> keyCalls)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    static Seen read(Path file) throws Exception {
      try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
        return (Seen) in.readObject();
      }
    }
  }

  /** Counts requests where they are sent. */
  private static final class Requests implements ExecutionInterceptor {
    private final Map<String, Integer> byOperation = new ConcurrentHashMap<>();

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
      byOperation.merge(operation, 1, Integer::sum);
    }
  }

  private WholeBucketChild() {}

  public static void main(String[] args) throws Exception {
    Job job = args[3].equals("audit") ? AuditJob.DEFAULT : RewrapJob.toCurrentVersions();
    Plan plan = new Plan(ListingSource.ofBucket(args[1]), job, Limits.DEFAULT);
    Requests requests = new Requests();
    try (LocalKeys keys = new LocalKeys(Path.of(args[2]), URI.create(args[0]), requests)) {
      keys.forget();
      RunResult result = BulkRunner.with(keys.clients()).run(plan, Path.of(args[4]));
      try (ObjectOutputStream out =
          new ObjectOutputStream(Files.newOutputStream(Path.of(args[5])))) {
        out.writeObject(new Seen(result, new TreeMap<>(requests.byOperation), keys.calls()));
      }
      System.out.printf(
          "%s: %s in %s, requests %s, calls of the key service %s%n",
          args[3], result.counts(), result.took(), requests.byOperation, keys.calls());
    }
  }
}
