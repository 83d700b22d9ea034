package io.claviger.bulk;

import java.io.Serializable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How a process makes its clients: what is sent to other processes in the place of clients. A
 * value: two equal ones make clients of the same store and the same keys, and {@link Clients#once}
 * makes them once a process. It holds no secret; credentials and keys are found where they are
 * used, in the configuration of that process. {@link ClientSettings} is the usual one.
 */
public interface ClientSource extends Serializable {
  /**
   * Makes the client that sees what is stored, without an interceptor of Claviger.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException if it cannot be made
   */
  S3Client stored();

  /**
   * Makes the client that seals and opens, with a {@link io.claviger.s3.ClavigerInterceptor}.
   * Called when a job needs keys, never for one that does not. Blocking: may start a key service.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException if it cannot be made
   * @throws IllegalArgumentException for a setting that is unknown or wrong
   */
  S3Client sealing();
}
