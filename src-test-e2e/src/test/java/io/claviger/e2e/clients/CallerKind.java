package io.claviger.e2e.clients;

import io.claviger.e2e.env.E2e;
import java.net.URI;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** The kinds of clients. */
enum CallerKind {
  APACHE {
    @Override
    Caller open(URI endpoint, boolean always) {
      return new Caller.Sync(E2e.sealing(endpoint, b -> checksums(b, always)));
    }
  },
  URL_CONNECTION {
    @Override
    Caller open(URI endpoint, boolean always) {
      SdkHttpClient connections = E2e.urlConnections();
      return new Caller.Sync(
          E2e.sealing(
              endpoint,
              b -> {
                b.httpClient(connections);
                checksums(b, always);
              }));
    }
  },
  NETTY {
    @Override
    Caller open(URI endpoint, boolean always) {
      return new Caller.Async(E2e.sealingAsync(endpoint, b -> checksums(b, always)));
    }
  },
  MULTIPART {
    @Override
    Caller open(URI endpoint, boolean always) {
      return new Caller.Async(multipart(endpoint, always));
    }
  },
  TRANSFER_MANAGER {
    @Override
    Caller open(URI endpoint, boolean always) {
      S3AsyncClient s3 = multipart(endpoint, always);
      return new Caller.Transfers(s3, S3TransferManager.builder().s3Client(s3).build());
    }
  },
  CRT {
    @Override
    Caller open(URI endpoint, boolean always) {
      return new Caller.Async(
          E2e.sealingCrt(
              endpoint,
              b ->
                  b.requestChecksumCalculation(requests(always))
                      .responseChecksumValidation(responses(always))));
    }
  };

  static final int PART_BYTES = 5 << 20;

  /**
   * Opens a client of this kind.
   *
   * @param always whether the SDK computes and checks checksums wherever it can, or where it must
   */
  abstract Caller open(URI endpoint, boolean always);

  /** Whether it splits what is larger than {@link #PART_BYTES} into requests of its own. */
  boolean splits() {
    return this == MULTIPART || this == TRANSFER_MANAGER;
  }

  private static S3AsyncClient multipart(URI endpoint, boolean always) {
    return E2e.sealingAsync(
        endpoint,
        b -> {
          b.multipartEnabled(true)
              .multipartConfiguration(
                  m -> m.minimumPartSizeInBytes((long) PART_BYTES).thresholdInBytes(1L));
          checksums(b, always);
        });
  }

  private static void checksums(S3BaseClientBuilder<?, ?> builder, boolean always) {
    builder.requestChecksumCalculation(requests(always));
    builder.responseChecksumValidation(responses(always));
  }

  private static RequestChecksumCalculation requests(boolean always) {
    return always
        ? RequestChecksumCalculation.WHEN_SUPPORTED
        : RequestChecksumCalculation.WHEN_REQUIRED;
  }

  private static ResponseChecksumValidation responses(boolean always) {
    return always
        ? ResponseChecksumValidation.WHEN_SUPPORTED
        : ResponseChecksumValidation.WHEN_REQUIRED;
  }
}
