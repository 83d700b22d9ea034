package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.Rewrap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;

/** The new version of a locked object is as locked as the old one. */
class RewrapLockedIT {
  private static final String BUCKET = "rewrap-locked";
  private static final Instant UNTIL =
      Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

  private static void put(S3Client s3, String key, int bytes) {
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key(key)
                .objectLockMode(ObjectLockMode.GOVERNANCE)
                .objectLockRetainUntilDate(UNTIL)
                .objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON)
                .checksumAlgorithm(ChecksumAlgorithm.CRC32),
        RequestBody.fromBytes(new byte[bytes]));
  }

  @ParameterizedTest
  @EnumSource
  void retentionAndHoldStay(S3Server server) {
    try (S3Client plain = E2e.plain(server.http());
        S3Client s3 = E2e.sealing(server.http(), b -> {})) {
      plain.createBucket(b -> b.bucket(BUCKET).objectLockEnabledForBucket(true));
      put(s3, "small", 1_000);
      put(s3, "large", 12 << 20);
      Rewrap rewrap = Rewrap.with(s3).withLimits(8 << 20, 5 << 20);
      rewrap.object(BUCKET, "small");
      rewrap.object(BUCKET, "large");
      for (String key : new String[] {"small", "large"}) {
        assertThat(plain.listObjectVersions(b -> b.bucket(BUCKET).prefix(key)).versions())
            .hasSize(2);
        HeadObjectResponse head = plain.headObject(b -> b.bucket(BUCKET).key(key));
        assertThat(head.objectLockMode()).as(key).isEqualTo(ObjectLockMode.GOVERNANCE);
        assertThat(head.objectLockRetainUntilDate().truncatedTo(ChronoUnit.SECONDS))
            .isEqualTo(UNTIL);
        assertThat(head.objectLockLegalHoldStatus()).isEqualTo(ObjectLockLegalHoldStatus.ON);
      }
    }
  }
}
