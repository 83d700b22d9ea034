package io.claviger.e2e.engines;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs all scenarios over each store and prints a line for each. Exit status 0 when all passed.
 *
 * <pre>EngineRun explicit|drop-in STORE=ENDPOINT ..</pre>
 */
final class EngineRun {
  private EngineRun() {}

  /** What runs over one store. */
  interface Engine extends AutoCloseable {
    List<Scenario> scenarios();
  }

  /** How it is made for one. */
  interface Opening {
    Engine open(URI endpoint, boolean dropIn) throws Exception;
  }

  /** The calls of the SDK itself. */
  private record Calls(Clients clients) implements Engine {
    @Override
    public List<Scenario> scenarios() {
      List<Scenario> all = new ArrayList<>();
      all.addAll(new ObjectCalls(clients).scenarios());
      all.addAll(new ChecksumCalls(clients).scenarios());
      all.addAll(new PartCalls(clients).scenarios());
      all.addAll(new AsyncCalls(clients).scenarios());
      if (Sdk.has("software.amazon.awssdk.transfer.s3.S3TransferManager")) { // a module of its own
        all.addAll(new TransferCalls(clients).scenarios());
      }
      all.addAll(new NativeCalls(clients).scenarios());
      all.addAll(new RunCalls(clients).scenarios());
      return all;
    }

    @Override
    public void close() throws Exception {
      clients.close();
    }
  }

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    over(args, (endpoint, dropIn) -> new Calls(new Clients(endpoint, dropIn)));
  }

  /** Runs an engine over each store of the arguments, and ends the process with its status. */
  static void over(String[] args, Opening opening) throws Exception {
    boolean dropIn = args[0].equals("drop-in");
    int failed = 0;
    for (int i = 1; i < args.length; i++) {
      String[] store = args[i].split("=", 2);
      try (Engine engine = opening.open(URI.create(store[1]), dropIn)) {
        failed += run(store[0], engine.scenarios());
      }
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  /** Runs them and prints the lines; returns how many failed. */
  private static int run(String store, List<Scenario> all) {
    int failed = 0;
    for (Scenario each : all) {
      failed += run(store, each) ? 0 : 1;
    }
    System.out.printf("total\t%s\t%d of %d%n", store, all.size() - failed, all.size());
    return failed;
  }

  private static boolean run(String store, Scenario each) {
    try {
      each.steps().run();
      System.out.printf("passed\t%s\t%s%n", store, each.name());
      return true;
    } catch (Throwable e) { // an Error is what is looked for
      String first = String.valueOf(e).lines().findFirst().orElse("");
      System.out.printf("FAILED\t%s\t%s\t%s%n", store, each.name(), first);
      e.printStackTrace();
      return false;
    }
  }
}
