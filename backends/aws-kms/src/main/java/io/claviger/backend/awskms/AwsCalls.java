package io.claviger.backend.awskms;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * The way of every call to AWS KMS: closed or not, the SDK's failures as ours.
 *
 * <p>Threads: safe. Blocking: a call is one request, and more of them only where AWS throttles.
 */
final class AwsCalls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AwsCalls.class);

  private final KmsClient client;
  private final String region;
  private final Throttling throttling;
  private volatile boolean closed;

  AwsCalls(KmsClient client, String region, Throttling throttling) {
    this.client = client;
    this.region = region;
    this.throttling = throttling;
  }

  /** Returns the key of this name. */
  AwsKeyId id(String keyId) {
    return AwsKeyId.of(keyId, region);
  }

  /**
   * Calls KMS.
   *
   * @param action the right that it needs, for instance {@code kms:Decrypt}
   * @param subject what it is about, for messages
   */
  <T> T call(String action, String subject, Function<KmsClient, T> call) {
    return call(
        call,
        e -> {
          throw AwsErrors.of(e, action, subject);
        });
  }

  /** Calls KMS where a policy may deny it: then the answer is {@code denied}. */
  <T> T callUnlessDenied(String action, String subject, Function<KmsClient, T> call, T denied) {
    return call(
        call,
        e -> {
          if (AwsErrors.isDenied(e)) {
            LOG.debug("{} is denied for {}", action, subject);
            return denied;
          }
          throw AwsErrors.of(e, action, subject);
        });
  }

  private <T> T call(Function<KmsClient, T> call, Function<SdkException, T> failed) {
    requireOpen();
    try {
      return call.apply(client);
    } catch (SdkException e) {
      return failed.apply(e);
    } catch (IllegalStateException e) {
      requireOpen(); // closed meanwhile: the HTTP client says so
      throw e;
    }
  }

  /** Returns how often AWS throttled a request that the SDK then repeated. */
  long throttled() {
    return throttling.count();
  }

  private void requireOpen() {
    if (closed) {
      throw KmsException.of(
          ErrorKind.NOT_RUNNING, "this backend was closed; call the service, or make another one");
    }
  }

  @Override
  public void close() {
    closed = true;
    client.close();
  }
}
