package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.same;

import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.internal.sdk.SdkVersion;
import java.util.List;
import java.util.Set;

/** What is known at the end of a run, and calls that send nothing. */
final class RunCalls {
  private final Clients clients;

  RunCalls(Clients clients) {
    this.clients = clients;
  }

  List<Scenario> scenarios() {
    return List.of(
        new Scenario("a client can be asked whether it seals", this::requireOn),
        new Scenario("the SDK has every member that Claviger's classes name", this::links),
        new Scenario("every hook of the SDK was called", this::hooks));
  }

  private void requireOn() {
    ClavigerDropIn.requireOn(clients.s3);
    ClavigerDropIn.requireOn(clients.async);
    ClavigerDropIn.requireOn(clients.multipart);
  }

  private void links() {
    same(
        SdkVersion.missing(
            "io/claviger/s3/ClavigerDropIn",
            "io/claviger/s3/Rewrap",
            "io/claviger/s3/SealedUpload"),
        Set.of(),
        "members that are missing");
  }

  private void hooks() {
    same(clients.hooks.notCalled(), List.of(), "hooks that nothing called");
  }
}
