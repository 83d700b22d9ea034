package io.claviger.e2e.awskms;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.LocalStackServer;
import io.claviger.e2e.env.MotoServer;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** The servers that speak AWS KMS's protocol here; where they differ stands in docs/aws-kms.md. */
enum KmsServer {
  LOCALSTACK(LocalStackServer::http),
  MOTO(MotoServer::http);

  static final String REGION = "us-east-1";

  private static final long ACCOUNTS = 1_000_000_000_000L;

  private final Supplier<URI> http;

  KmsServer(Supplier<URI> http) {
    this.http = http;
  }

  URI http() {
    return http.get();
  }

  /** Returns the configuration of a new account without keys. */
  AwsKmsConfig newAccount() {
    return configOf(freshAccount());
  }

  /** Returns an access key id that means a new account: both servers read 12 digits so. */
  static String freshAccount() {
    return "%012d".formatted(ThreadLocalRandom.current().nextLong(1, ACCOUNTS));
  }

  AwsKmsConfig configOf(String account) {
    return AwsKmsConfig.of(REGION)
        .withEndpointUrl(http())
        .withCredentials(AccessKey.of(account, "secret"));
  }
}
