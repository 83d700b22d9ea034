package io.claviger.hadoop;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * S3A that seals, or does not start: {@code fs.s3a.impl=io.claviger.hadoop.SealedS3AFileSystem}.
 *
 * <p>A cluster whose configuration says so stores nothing in the clear by mistake: where the jar is
 * missing, Hadoop ends with "Class io.claviger.hadoop.SealedS3AFileSystem not found"; where the
 * configuration is missing, or switches off what seals ({@code fs.s3a.audit.enabled=false}), the
 * file system does not start and says what to do.
 *
 * <p>Settings: {@code fs.s3a.claviger.*}, see {@code docs/hadoop.md}. Threads and blocking: as S3A;
 * {@link #initialize} connects to the key service.
 */
public final class SealedS3AFileSystem extends S3AFileSystem {
  /** For Hadoop, which finds this class by its name. */
  public SealedS3AFileSystem() {}

  /**
   * Starts S3A with the interceptor in it.
   *
   * @throws IOException when it would not seal, before anything is sent to the store
   */
  @Override
  public void initialize(URI name, Configuration given) throws IOException {
    super.initialize(name, SealingSetup.of(name.getHost(), given));
    try {
      SealingSetup.require(this);
    } catch (IOException e) {
      close();
      throw e;
    }
  }
}
