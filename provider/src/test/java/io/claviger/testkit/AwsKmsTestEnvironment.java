package io.claviger.testkit;

import io.claviger.config.AwsCredentials;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.BackendConfig;
import java.net.URI;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running key management service over an emulator of AWS KMS, LocalStack or moto, as a JUnit 5
 * extension:
 *
 * <pre>{@code
 * @RegisterExtension
 * final AwsKmsTestEnvironment kms = AwsKmsTestEnvironment.at(LOCALSTACK::getEndpoint, "orders");
 *
 * @Test
 * void sealsOrders(KmsManager kms) { .. }
 * }</pre>
 *
 * <p>In an instance field each test gets an account of its own, in a static field the class does:
 * emulators take twelve digits as access key id for one. Its keys go with the emulator, since AWS
 * KMS destroys none at once. The module {@code claviger-aws-kms} must be on the class path.
 * Parameters of type {@code KmsManager} and {@code KmsServiceManager} are resolved.
 *
 * <p>Threads: the service is safe for many; the environment itself is JUnit's.
 */
public final class AwsKmsTestEnvironment extends ServiceTestEnvironment {
  /** The region of the keys. */
  public static final String REGION = "us-east-1";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<URI> endpoint;
  private @Nullable String account;

  private AwsKmsTestEnvironment(Supplier<URI> endpoint, String... keyIds) {
    super(keyIds);
    this.endpoint = endpoint;
  }

  /**
   * Returns an environment in which these keys exist, each with an alias of its name; the first is
   * the default key.
   *
   * @param endpoint asked when the environment opens, so that a container may be started before
   */
  public static AwsKmsTestEnvironment at(Supplier<URI> endpoint, String... keyIds) {
    return new AwsKmsTestEnvironment(endpoint, keyIds);
  }

  /** Returns the account, whose number is the access key id; the secret access key is "test". */
  public String account() {
    return open(account);
  }

  @Override
  BackendConfig backend() {
    return AwsKmsConfig.of(REGION)
        .withEndpointUrl(endpoint.get())
        .withCredentials(AwsCredentials.AccessKey.of(account(), "test"));
  }

  @Override
  void prepare() {
    account = "%012d".formatted(RANDOM.nextLong(1, 1_000_000_000_000L));
  }

  @Override
  void remove() {
    account = null;
  }
}
