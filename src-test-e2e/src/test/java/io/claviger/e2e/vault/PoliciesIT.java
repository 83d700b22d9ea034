package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.BackendConfig;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each right of the documented policies is needed, and its absence is said by its path. */
class PoliciesIT {
  /** What the rights are for; {@code old} exists with a blob. */
  private static final Map<String, Consumer<KmsManager>> OPERATIONS =
      Map.of(
          "create", kms -> kms.createKey("new"),
          "use", kms -> Steps.roundTrip(kms, "old"),
          "list", kms -> kms.listKeys(ListKeysRequest.first()),
          "disable", kms -> kms.disableKey("old"),
          "destroy", kms -> kms.deleteKey(DeleteKeyRequest.immediate("old", "old")));

  private Mounts mounts;

  @BeforeEach
  void mount() {
    mounts = Mounts.fresh();
  }

  @AfterEach
  void unmount() {
    mounts.unmount();
  }

  private BackendConfig config(String policy, String token) {
    return policy.startsWith("claviger-transit")
        ? mounts.transit(token)
        : policy.equals("claviger-rustfs")
            ? mounts.kv2(token).insecureRustfsCompatible()
            : mounts.kv2(token);
  }

  private void inService(BackendConfig config, Consumer<KmsManager> work) {
    KmsServiceManager service = Steps.running(config);
    try {
      work.accept(service.manager());
    } finally {
      service.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "claviger-kv2, secret/data/, create",
    "claviger-kv2, secret/data/, use",
    "claviger-kv2, secret/data/, disable",
    "claviger-kv2, secret/metadata/, list",
    "claviger-kv2, secret/destroy/, destroy",
    "claviger-kv2, transit/encrypt/, create",
    "claviger-kv2, transit/encrypt/, disable",
    "claviger-kv2, transit/decrypt/, use",
    "claviger-rustfs, secret/data/, create",
    "claviger-rustfs, secret/metadata/, list",
    "claviger-transit, transit/keys, list",
    "claviger-transit, transit/keys/, create",
    "claviger-transit, transit/keys/, use",
    "claviger-transit, transit/encrypt/, use",
    "claviger-transit, transit/decrypt/, use",
    "claviger-transit, secret/data/, use",
    "claviger-transit, secret/data/, disable",
  })
  void withoutItTheOperationIsDenied(String policy, String right, String operation) {
    inService(config(policy, mounts.server().rootToken()), kms -> kms.createKey("old"));
    String less =
        Policies.text(policy)
            .lines()
            .filter(line -> !line.startsWith("path \"" + right))
            .reduce("", (a, b) -> a + b + "\n");
    assertThat(less).isNotEqualTo(Policies.text(policy));
    String path = right.replace("secret", mounts.kv()).replace("transit", mounts.transit());
    inService(
        config(policy, Policies.tokenOf(mounts, policy, less)),
        kms -> {
          ThrowingCallable call = () -> OPERATIONS.get(operation).accept(kms);
          assertThat(refused(ErrorKind.ACCESS_DENIED, call))
              .hasMessageContaining("Vault's policy denies")
              .hasMessageContaining("on \"" + path)
              .hasMessageContaining("docs/vault.md");
        });
    inService(
        config(policy, Policies.token(mounts, policy)),
        kms -> OPERATIONS.get(operation).accept(kms));
  }

  /** What is denied half way is said, and the name stays taken until somebody clears it. */
  @Test
  void aDestructionInRustfsFormThatIsDeniedHalfWay() {
    BackendConfig root = config("claviger-rustfs", mounts.server().rootToken());
    inService(root, kms -> kms.createKey("old"));
    String less = Policies.text("claviger-rustfs").replace(", \"delete\"", "");
    inService(
        config("claviger-rustfs", Policies.tokenOf(mounts, "claviger-rustfs", less)),
        kms -> {
          refused(ErrorKind.ACCESS_DENIED, () -> OPERATIONS.get("destroy").accept(kms));
          refused(ErrorKind.KEY_NOT_FOUND, () -> Steps.roundTrip(kms, "old"));
          refused(ErrorKind.KEY_ALREADY_EXISTS, () -> kms.createKey("old"));
        });
    mounts.server().admin().delete(mounts.kv() + "/metadata/rustfs/kms/keys/old");
    inService(root, kms -> kms.createKey("old"));
  }

  @Test
  void metadataThatADestroyedTransitKeyLeavesIsTakenOver() {
    String less =
        Policies.text("claviger-transit")
            .lines()
            .filter(line -> !line.startsWith("path \"secret/metadata/"))
            .reduce("", (a, b) -> a + b + "\n");
    inService(
        config("claviger-transit", Policies.tokenOf(mounts, "claviger-transit", less)),
        kms -> {
          kms.createKey("old");
          kms.updateDescription("old", "of the first");
          OPERATIONS.get("destroy").accept(kms);
          kms.createKey("old");
          assertThat(kms.describeKey("old").description()).isEmpty();
          Steps.roundTrip(kms, "old");
        });
  }

  @Test
  void whoOnlyUsesKeysCanUseThemAndNothingElse() {
    for (String mode : List.of("claviger-kv2", "claviger-transit")) {
      inService(config(mode, mounts.server().rootToken()), kms -> kms.createKey("orders"));
      String token = Policies.token(mounts, mode + "-use");
      inService(
          config(mode, token),
          kms -> {
            byte[] blob = Steps.roundTrip(kms, "orders");
            assertThat(Steps.open(kms, "orders", blob)).hasSize(32);
            kms.describeKey("orders");
            for (Consumer<KmsManager> change :
                List.<Consumer<KmsManager>>of(
                    k -> k.createKey("x"),
                    k -> k.rotateKey("orders"),
                    k -> k.disableKey("orders"),
                    k -> k.deleteKey(DeleteKeyRequest.schedule("orders")))) {
              refused(ErrorKind.ACCESS_DENIED, () -> change.accept(kms));
            }
          });
    }
  }
}
