package io.claviger.benchmarks;

import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import java.util.Locale;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.encryption.s3.S3AsyncEncryptionClient;
import software.amazon.encryption.s3.S3EncryptionClient;

/** The clients beside each other, each as its makers build it by default. */
enum Kind {
  PLAIN {
    @Override
    S3Client sync(Wire wire, ClavigerProvider provider) {
      return builder(wire).build();
    }

    @Override
    S3AsyncClient async(Wire wire, ClavigerProvider provider) {
      return asyncBuilder(wire).multipartEnabled(true).build();
    }
  },
  OURS {
    @Override
    S3Client sync(Wire wire, ClavigerProvider provider) {
      return builder(wire)
          .overrideConfiguration(c -> c.addExecutionInterceptor(interceptor(wire, provider)))
          .build();
    }

    @Override
    S3AsyncClient async(Wire wire, ClavigerProvider provider) {
      return asyncBuilder(wire)
          .multipartEnabled(true)
          .overrideConfiguration(c -> c.addExecutionInterceptor(interceptor(wire, provider)))
          .build();
    }

    private ClavigerInterceptor interceptor(Wire wire, ClavigerProvider provider) {
      return ClavigerInterceptor.builder()
          .provider(provider)
          .httpClient(wire.apacheOfOurs())
          .build();
    }
  },

  /** Its ranges need the unauthenticated modes, its GETs above 64 MiB the delayed one. */
  S3EC {
    @Override
    S3Client sync(Wire wire, ClavigerProvider provider) {
      return S3EncryptionClient.builderV4()
          .aesKey(BenchKeys.theirs())
          .enableDelayedAuthenticationMode(true)
          .enableLegacyUnauthenticatedModes(true)
          .wrappedClient(builder(wire).build())
          .wrappedAsyncClient(asyncBuilder(wire).build())
          .build();
    }

    @Override
    S3AsyncClient async(Wire wire, ClavigerProvider provider) {
      return S3AsyncEncryptionClient.builderV4()
          .aesKey(BenchKeys.theirs())
          .enableDelayedAuthenticationMode(true)
          .wrappedClient(asyncBuilder(wire).build())
          .build();
    }
  };

  /** Returns a new synchronous client, which knows nothing of any object. */
  abstract S3Client sync(Wire wire, ClavigerProvider provider);

  /** Returns a new asynchronous client for a transfer manager. */
  abstract S3AsyncClient async(Wire wire, ClavigerProvider provider);

  /** Heading of its column and prefix of its keys. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static S3ClientBuilder builder(Wire wire) {
    S3ClientBuilder builder = S3Client.builder();
    wire.configure(builder);
    return builder;
  }

  private static S3AsyncClientBuilder asyncBuilder(Wire wire) {
    S3AsyncClientBuilder builder = S3AsyncClient.builder();
    wire.configure(builder);
    return builder;
  }
}
