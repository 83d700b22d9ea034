package io.claviger.config;

import io.claviger.kms.SecretBytes;
import org.jspecify.annotations.Nullable;

/**
 * Who a process is at AWS KMS. Exactly one way; it is the backend's own, whatever other clients of
 * the process use. Immutable; {@code toString} shows no secret.
 */
public sealed interface AwsCredentials {
  /**
   * The chain of the AWS SDK: system properties, environment, web identity, shared files, container
   * or instance role.
   */
  record DefaultChain() implements AwsCredentials {}

  /**
   * A profile of the AWS configuration and credentials files.
   *
   * @param name as in {@code [profile NAME]}; one with {@code role_arn} needs the SDK's module
   *     {@code sts} on the class path
   */
  record Profile(String name) implements AwsCredentials {}

  /**
   * An access key.
   *
   * @param accessKeyId its id
   * @param secretAccessKey its secret
   * @param sessionToken of temporary credentials, else null
   */
  record AccessKey(
      String accessKeyId, SecretBytes secretAccessKey, @Nullable SecretBytes sessionToken)
      implements AwsCredentials {
    /** Returns a long-term access key. */
    public static AccessKey of(String accessKeyId, String secretAccessKey) {
      return new AccessKey(accessKeyId, Secrets.of(secretAccessKey), null);
    }

    /** Returns this with the session token of temporary credentials. */
    public AccessKey withSessionToken(String token) {
      return new AccessKey(accessKeyId, secretAccessKey, Secrets.of(token));
    }
  }

  /**
   * An {@code AwsCredentialsProvider} of the application.
   *
   * @param className its class, with a public static method {@code create()} or a public
   *     constructor, both without arguments
   */
  record Provider(String className) implements AwsCredentials {}
}
