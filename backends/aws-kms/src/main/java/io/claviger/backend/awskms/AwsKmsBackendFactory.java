package io.claviger.backend.awskms;

import io.claviger.config.AwsKmsConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.util.Set;

/**
 * Makes the backend whose keys are in AWS KMS: the fields of {@link AwsKmsConfig}. Asks KMS once
 * whether it answers and knows these credentials.
 */
public final class AwsKmsBackendFactory implements KmsBackendFactory {
  /** For {@code ServiceLoader}. */
  public AwsKmsBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of(AwsKmsConfig.TYPE, "Aws", "aws", "AwsKms", "aws-kms", "aws_kms");
  }

  @Override
  public KmsBackend create(BackendFields fields, BackendSettings settings) {
    AwsKmsConfig config = AwsKmsConfig.from(fields);
    config.validate(settings.allowInsecureDevDefaults());
    AwsCalls calls = AwsClients.open(config, settings);
    try {
      KmsBackend backend = new AwsKmsBackend(calls);
      backend.healthCheck();
      return backend;
    } catch (RuntimeException e) {
      calls.close();
      throw e;
    }
  }
}
