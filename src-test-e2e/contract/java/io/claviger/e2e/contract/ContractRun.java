package io.claviger.e2e.contract;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs {@link Contracts}, or those that are named, and prints each test with its outcome. */
final class ContractRun implements TestExecutionListener {
  private final TreeMap<String, String> outcomes = new TreeMap<>();
  private TestPlan plan;

  private ContractRun() {}

  /** Runs them. */
  public static void main(String[] names) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                Arrays.stream(Contracts.ALL)
                    .filter(c -> names.length == 0 || List.of(names).contains(c.getSimpleName()))
                    .map(DiscoverySelectors::selectClass)
                    .toList())
            .build();
    ContractRun run = new ContractRun();
    LauncherFactory.create().execute(request, run);
    run.outcomes.forEach((test, outcome) -> System.out.printf("OUTCOME\t%s\t%s%n", test, outcome));
    System.exit(0); // S3A's threads are not daemons
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    this.plan = plan;
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    put(test, "skipped");
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
      put(
          test,
          switch (result.getStatus()) {
            case SUCCESSFUL -> "passed";
            case ABORTED -> "skipped";
            case FAILED -> "FAILED";
          });
      result
          .getThrowable()
          .filter(thrown -> result.getStatus() == TestExecutionResult.Status.FAILED)
          .ifPresent(
              thrown -> {
                System.err.println("FAILED " + name(test));
                thrown.printStackTrace();
              });
    }
  }

  private void put(TestIdentifier test, String outcome) {
    outcomes.put(name(test), outcome);
  }

  /** As the class, its parameter where it has one, and the method say it. */
  private String name(TestIdentifier test) {
    String outer =
        plan.getParent(test)
            .filter(parent -> parent.getParentId().isPresent())
            .map(parent -> name(parent) + " ")
            .orElse("");
    return outer + test.getDisplayName().replace("()", "").replace("Contracts$", "");
  }
}
