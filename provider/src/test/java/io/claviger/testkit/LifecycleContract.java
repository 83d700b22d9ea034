package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a backend promises of a key's life. */
abstract class LifecycleContract extends CryptoContract {
  private boolean cannotCreate() {
    return lacks(can().keyCreation(), () -> backend.createKey(CreateKeyRequest.named("new")));
  }

  @Test
  void aCreatedKeyIsDescribedAndItsIdTaken() {
    if (cannotCreate()) {
      return;
    }
    KeyMetadata made =
        backend.createKey(
            CreateKeyRequest.named("k").withDescription("d").withTags(Map.of("t", "1")));
    assertThat(made.state()).isEqualTo(KeyState.ENABLED);
    assertThat(made.currentVersion()).isEqualTo(1);
    KeyMetadata found = backend.describeKey(new DescribeKeyRequest("k"));
    assertThat(found).isEqualTo(made);
    assertThat(found.description()).isEqualTo("d");
    assertThat(found.tags()).isEqualTo(Map.of("t", "1"));
    assertThat(kindOf(() -> key("k"))).isEqualTo(ErrorKind.KEY_ALREADY_EXISTS);
    assertThat(kindOf(() -> state("other"))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    String one = backend.createKey(CreateKeyRequest.generated()).keyId();
    String two = backend.createKey(CreateKeyRequest.generated()).keyId();
    assertThat(one).isNotBlank().isNotEqualTo(two);
    backend.healthCheck();
  }

  /** A row says for each state whether the operation succeeds, or the kind of its refusal. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # operation,        ENABLED,           DISABLED,          PENDING_DELETION
          encrypt,            -,                 INVALID_KEY_STATE, INVALID_KEY_STATE
          decrypt,            -,                 -,                 -
          generateDataKey,    -,                 INVALID_KEY_STATE, INVALID_KEY_STATE
          rewrap,             -,                 INVALID_KEY_STATE, INVALID_KEY_STATE
          describeKey,        -,                 -,                 -
          rotateKey,          -,                 INVALID_KEY_STATE, INVALID_KEY_STATE
          enableKey,          -,                 -,                 INVALID_KEY_STATE
          disableKey,         -,                 -,                 INVALID_KEY_STATE
          deleteKey,          -,                 -,                 INVALID_KEY_STATE
          cancelKeyDeletion,  INVALID_KEY_STATE, INVALID_KEY_STATE, -
          updateDescription,  -,                 -,                 -
          tagKey,             -,                 -,                 -
          untagKey,           -,                 -,                 -
          lendCurrent,        -,                 INVALID_KEY_STATE, INVALID_KEY_STATE
          lendFirst,          -,                 -,                 -
          """)
  void stateTimesOperation(
      String operation,
      @Nullable ErrorKind enabled,
      @Nullable ErrorKind disabled,
      @Nullable ErrorKind pending) {
    if (cannotCreate()) {
      return;
    }
    attempt(operation, KeyState.ENABLED, byHost(operation, KeyState.ENABLED, enabled));
    if (can().stateChanges()) {
      attempt(operation, KeyState.DISABLED, byHost(operation, KeyState.DISABLED, disabled));
    }
    attempt(
        operation,
        KeyState.PENDING_DELETION,
        byHost(operation, KeyState.PENDING_DELETION, pending));
    attempt(operation, null, ErrorKind.KEY_NOT_FOUND);
  }

  private @Nullable ErrorKind byHost(
      String operation, KeyState state, @Nullable ErrorKind byContract) {
    if (hosted(HostedRule.EMULATED_STATE_UNCHECKED)) {
      return null;
    }
    boolean refused =
        hosted(HostedRule.ENABLED_ONLY)
            && switch (operation) {
              case "decrypt" -> state != KeyState.ENABLED;
              case "updateDescription", "tagKey", "untagKey" -> state == KeyState.PENDING_DELETION;
              default -> false;
            };
    return refused ? ErrorKind.INVALID_KEY_STATE : byContract;
  }

  @Test
  void noKeyIsDestroyedAtOnceWhereTheServiceDoesNot() {
    if (hosted(HostedRule.NO_IMMEDIATE_DELETION)) {
      String id = key("k");
      lacks(false, () -> backend.deleteKey(DeleteKeyRequest.immediate(id, id)));
      assertThat(state(id)).isEqualTo(KeyState.ENABLED);
    }
  }

  private void attempt(String operation, @Nullable KeyState state, @Nullable ErrorKind refusal) {
    boolean neverThere = state == null && hosted(HostedRule.NO_IMMEDIATE_DELETION);
    String id = operation + "-" + state;
    String made = key(neverThere ? id + "-other" : id);
    byte[] blob = encrypt(made, new byte[1], CONTEXT);
    if (!neverThere) {
      bring(id, state);
    }
    ThrowingCallable call = () -> perform(operation, id, blob);
    if (!supports(operation)) {
      lacks(false, call);
    } else if (refusal == null) {
      org.assertj.core.api.Assertions.assertThatCode(call)
          .as("%s in %s", operation, state)
          .doesNotThrowAnyException();
    } else {
      assertThat(kindOf(call)).as("%s in %s", operation, state).isEqualTo(refusal);
    }
  }

  private boolean supports(String operation) {
    return switch (operation) {
      case "rotateKey" -> can().rotation();
      case "enableKey", "disableKey" -> can().stateChanges();
      case "updateDescription", "tagKey", "untagKey" -> can().tagging();
      case "lendCurrent", "lendFirst" -> can().rawCiphers();
      default -> true;
    };
  }

  private void perform(String operation, String id, byte[] blob) {
    switch (operation) {
      case "encrypt" -> encrypt(id, new byte[1], CONTEXT);
      case "decrypt" -> decrypt(id, blob, CONTEXT);
      case "generateDataKey" ->
          backend.generateDataKey(GenerateDataKeyRequest.of(id, CONTEXT)).close();
      case "rewrap" -> backend.rewrap(new DecryptRequest(id, blob, CONTEXT));
      case "describeKey" -> backend.describeKey(new DescribeKeyRequest(id));
      case "rotateKey" -> backend.rotateKey(id);
      case "enableKey" -> backend.enableKey(id);
      case "disableKey" -> backend.disableKey(id);
      case "deleteKey" -> backend.deleteKey(DeleteKeyRequest.schedule(id, 30));
      case "cancelKeyDeletion" -> backend.cancelKeyDeletion(new CancelKeyDeletionRequest(id));
      case "updateDescription" -> backend.updateDescription(id, "x");
      case "tagKey" -> backend.tagKey(id, Map.of("a", "b"));
      case "untagKey" -> backend.untagKey(id, Set.of("a"));
      case "lendCurrent" -> backend.lendMaterial(id, 0).close();
      case "lendFirst" -> backend.lendMaterial(id, 1).close();
      default -> throw new IllegalArgumentException(operation);
    }
  }

  @Test
  void aCancelledDeletionReturnsToTheStateBefore() {
    if (cannotCreate()) {
      return;
    }
    for (KeyState before : Set.of(KeyState.ENABLED, KeyState.DISABLED)) {
      if (before == KeyState.DISABLED && !can().stateChanges()) {
        continue;
      }
      String id = key("k" + before);
      bring(id, before);
      assertThat(backend.deleteKey(DeleteKeyRequest.schedule(id, 7)).deletionDate()).isNotNull();
      KeyMetadata back = backend.cancelKeyDeletion(new CancelKeyDeletionRequest(id));
      assertThat(back.state())
          .isEqualTo(hosted(HostedRule.CANCEL_DISABLES) ? KeyState.DISABLED : before);
      assertThat(back.deletionDate()).isNull();
    }
  }

  @Test
  void rotationKeepsEveryOldVersion() {
    String id = key("k");
    if (lacks(can().rotation(), () -> backend.rotateKey(id))) {
      return;
    }
    byte[] first = encrypt(id, new byte[] {1}, CONTEXT);
    KeyMetadata rotated = backend.rotateKey(id);
    boolean numbered = !hosted(HostedRule.UNNUMBERED_VERSIONS);
    assertThat(rotated.currentVersion()).isEqualTo(numbered ? 2 : 1);
    assertThat(rotated.rotatedAt() != null).isEqualTo(numbered);
    byte[] second = encrypt(id, new byte[] {2}, CONTEXT);
    backend.rotateKey(id);
    assertThat(decrypt(id, first, CONTEXT)).containsExactly(1);
    assertThat(decrypt(id, second, CONTEXT)).containsExactly(2);
    assertThat(backend.rewrap(new DecryptRequest(id, first, CONTEXT)).keyVersion())
        .isEqualTo(numbered ? 3 : 0);
  }

  @Test
  void aDueDeletionDestroysOnlyItsOwnKeyAndOnlyWhenDue() {
    if (cannotCreate()) {
      return;
    }
    key("k");
    key("l");
    Instant due = backend.deleteKey(DeleteKeyRequest.schedule("k", 7)).deletionDate();
    assertThat(due).isNotNull();
    assertThat(backend.destroyIfDue("k", due.minusSeconds(1))).isFalse();
    assertThat(backend.destroyIfDue("l", due)).isFalse();
    if (backend.destroysDueKeysItself()) {
      assertThat(backend.destroyIfDue("k", due)).isFalse();
      return;
    }
    assertThat(backend.destroyIfDue("k", due)).isTrue();
    assertThat(backend.destroyIfDue("k", due)).as("again").isFalse();
    assertThat(kindOf(() -> state("k"))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    assertThat(state("l")).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void ofACancelAndADestructionOneWins() throws Exception {
    if (cannotCreate()) {
      return;
    }
    key("k");
    Instant due = backend.deleteKey(DeleteKeyRequest.schedule("k", 7)).deletionDate();
    assertThat(due).isNotNull();
    AtomicInteger number = new AtomicInteger();
    int winners =
        together(() -> number.getAndIncrement() % 2 == 0 ? cancel("k") : destroy("k", due));
    assertThat(winners)
        .as("of cancels, where the service forbids no second one")
        .isGreaterThanOrEqualTo(1)
        .isLessThanOrEqualTo(hosted(HostedRule.EMULATED_STATE_UNCHECKED) ? 4 : 1);
  }

  private int cancel(String id) {
    try {
      backend.cancelKeyDeletion(new CancelKeyDeletionRequest(id));
      return 1;
    } catch (KmsException e) {
      assertThat(e.kind()).isIn(ErrorKind.INVALID_KEY_STATE, ErrorKind.KEY_NOT_FOUND);
      return 0;
    }
  }

  private int destroy(String id, Instant due) {
    return backend.destroyIfDue(id, due) ? 1 : 0;
  }

  @Test
  void usageIsEnforced() {
    if (cannotCreate()) {
      return;
    }
    backend.createKey(CreateKeyRequest.named("mac").withUsage(KeyUsage.SIGN_VERIFY));
    if (hosted(HostedRule.EMULATED_USAGE_UNCHECKED)) {
      return;
    }
    assertThat(kindOf(() -> encrypt("mac", new byte[1], CONTEXT)))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(kindOf(() -> backend.generateDataKey(GenerateDataKeyRequest.of("mac", CONTEXT))))
        .isEqualTo(ErrorKind.INVALID_KEY_STATE);
  }

  @Test
  void ofRacingCreatesOneWinsAndNoRotationIsLost() throws Exception {
    if (cannotCreate()) {
      return;
    }
    key("rotated");
    int winners =
        together(
            () -> {
              if (can().rotation()) {
                backend.rotateKey("rotated");
              }
              try {
                key("raced");
                return 1;
              } catch (KmsException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.KEY_ALREADY_EXISTS);
                return 0;
              }
            });
    assertThat(winners).isEqualTo(1);
    assertThat(backend.describeKey(new DescribeKeyRequest("rotated")).currentVersion())
        .isEqualTo(can().rotation() && !hosted(HostedRule.UNNUMBERED_VERSIONS) ? 9 : 1);
  }
}
