package io.claviger.e2e.engines;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs all scenarios over one store and prints a line for each. Exit status 0 when all passed.
 *
 * <pre>EngineRun ENDPOINT explicit|drop-in</pre>
 */
final class EngineRun {
  private EngineRun() {}

  /** Runs them; the arguments are above. */
  public static void main(String[] args) throws Exception {
    URI endpoint = URI.create(args[0]);
    boolean dropIn = args[1].equals("drop-in");
    int failed = 0;
    try (Clients clients = new Clients(endpoint, dropIn)) {
      List<Scenario> all = new ArrayList<>();
      all.addAll(new ObjectCalls(clients).scenarios());
      all.addAll(new ChecksumCalls(clients).scenarios());
      all.addAll(new PartCalls(clients).scenarios());
      all.addAll(new AsyncCalls(clients).scenarios());
      all.addAll(new RunCalls(clients).scenarios());
      for (Scenario each : all) {
        failed += run(each) ? 0 : 1;
      }
      System.out.printf("total\t%d of %d%n", all.size() - failed, all.size());
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private static boolean run(Scenario each) {
    try {
      each.steps().run();
      System.out.printf("passed\t%s%n", each.name());
      return true;
    } catch (Throwable e) { // an Error is what is looked for
      System.out.printf(
          "FAILED\t%s\t%s%n", each.name(), String.valueOf(e).lines().findFirst().orElse(""));
      e.printStackTrace();
      return false;
    }
  }
}
