package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the contract do again and again. */
abstract class BackendSteps {
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));
  private static final int THREADS = 8;

  /** The backend under test, fresh for every test. */
  protected KmsBackend backend;

  /** Returns an empty backend, or one with {@link #existingKeyId()} only. */
  protected abstract KmsBackend newBackend() throws Exception;

  /** Returns the ENABLED key of a backend that cannot create keys; others leave this as it is. */
  protected @Nullable String existingKeyId() {
    return null;
  }

  @BeforeEach
  void openBackend() throws Exception {
    backend = newBackend();
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  /** Returns the rules that a hosted service has in the place of ours; none for other backends. */
  protected Set<HostedRule> hostedRules() {
    return Set.of();
  }

  final boolean hosted(HostedRule rule) {
    return hostedRules().contains(rule);
  }

  final Capabilities can() {
    return backend.capabilities();
  }

  /** Returns the id of an ENABLED key: a new one of this name, or the existing one. */
  final String key(String id) {
    String existing = existingKeyId();
    if (existing != null) {
      return existing;
    }
    String made = backend.createKey(CreateKeyRequest.named(id)).keyId();
    if (!hosted(HostedRule.OWN_IDS)) {
      assertThat(made).isEqualTo(id);
    }
    return made;
  }

  /** Whether the capability is lacking; then {@code call} must be refused as unsupported. */
  final boolean lacks(boolean capability, ThrowingCallable call) {
    if (!capability) {
      assertThat(kindOf(call)).isEqualTo(ErrorKind.UNSUPPORTED_CAPABILITY);
    }
    return !capability;
  }

  final byte[] encrypt(String id, byte[] plain, EncryptionContext context) {
    try (SecretBytes secret = SecretBytes.copyOf(plain)) {
      return backend.encrypt(new EncryptRequest(id, secret, context)).ciphertextBlob();
    }
  }

  final byte[] decrypt(String id, byte[] blob, EncryptionContext context) {
    try (SecretBytes plain = backend.decrypt(new DecryptRequest(id, blob, context))) {
      return plain.toByteArray();
    }
  }

  final KeyState state(String id) {
    return backend.describeKey(new DescribeKeyRequest(id)).state();
  }

  /** Asserts that a blob does not open because it is not authentic. */
  final void assertNotAuthentic(ThrowingCallable call) {
    ErrorKind found = kindOf(call);
    if (found != ErrorKind.ACCESS_DENIED || !hosted(HostedRule.EMULATED_WRONG_KEY_DENIED)) {
      assertThat(found).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    }
  }

  /** Brings a new key into a state; null destroys it. */
  final void bring(String id, @Nullable KeyState state) {
    if (state == KeyState.DISABLED) {
      backend.disableKey(id);
    } else if (state == KeyState.PENDING_DELETION) {
      backend.deleteKey(DeleteKeyRequest.schedule(id, 7));
    } else if (state == null) {
      backend.deleteKey(DeleteKeyRequest.immediate(id, id));
    }
  }

  static ErrorKind kindOf(ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).as("expected a failure").isNotNull();
    assertThat(e.getMessage()).as("message of %s", e.kind()).isNotBlank();
    return e.kind();
  }

  /** Carries out {@code work} on {@value #THREADS} threads at once and adds the answers up. */
  static int together(Callable<Integer> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      int sum = 0;
      for (Future<Integer> done :
          threads.invokeAll(Stream.generate(() -> work).limit(THREADS).toList())) {
        sum += done.get();
      }
      return sum;
    } finally {
      threads.shutdownNow();
    }
  }
}
