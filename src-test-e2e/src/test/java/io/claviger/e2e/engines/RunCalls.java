package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.same;

import io.claviger.s3.ClavigerDropIn;
import java.util.List;

/** What is known at the end of a run, and calls that send nothing. */
final class RunCalls {
  private final Clients clients;

  RunCalls(Clients clients) {
    this.clients = clients;
  }

  List<Scenario> scenarios() {
    return List.of(
        new Scenario("a client can be asked whether it seals", this::requireOn),
        new Scenario("every hook of the SDK was called", this::hooks));
  }

  private void requireOn() {
    ClavigerDropIn.requireOn(clients.s3);
    ClavigerDropIn.requireOn(clients.async);
    ClavigerDropIn.requireOn(clients.multipart);
  }

  private void hooks() {
    same(clients.hooks.notCalled(), List.of(), "hooks that nothing called");
  }
}
