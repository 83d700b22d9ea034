package io.claviger.hadoop;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;

/**
 * {@link SealedS3AFileSystem} for programs that use {@code FileContext}, Spark's streaming
 * checkpoints among them: {@code fs.AbstractFileSystem.s3a.impl=io.claviger.hadoop.SealedS3A}.
 */
public final class SealedS3A extends DelegateToFileSystem {
  /** For Hadoop, which finds this constructor by its parameters. */
  public SealedS3A(URI uri, Configuration conf) throws IOException, URISyntaxException {
    super(uri, new SealedS3AFileSystem(), conf, uri.getScheme(), false);
  }

  /** As S3A: the store has no port. */
  @Override
  public int getUriDefaultPort() {
    return -1;
  }
}
