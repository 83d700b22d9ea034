package io.claviger.e2e.contract;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.contract.AbstractFSContract;

/** What S3A says of itself to Hadoop's tests, over the store and way in that properties name. */
final class S3aContract extends AbstractFSContract {
  private static final List<String> TRUE =
      List.of(
          "test.root-tests-enabled",
          "is-blobstore",
          "create-visibility-delayed",
          "is-case-sensitive",
          "rename-remove-dest-if-empty-dir",
          "rename-creates-dest-dirs",
          "supports-getfilestatus",
          "supports-seek",
          "supports-seek-on-closed-file",
          "rejects-seek-past-eof",
          "supports-strict-exceptions",
          "supports-available",
          "supports-unbuffer",
          "supports-multipartuploader",
          "vector-io-early-eof-check",
          "supports-vectored-io");

  private static final Map<String, String> S3A =
      Map.of(
          "endpoint", System.getProperty("contract.endpoint"),
          "endpoint.region", "us-east-1",
          "path.style.access", "true",
          "access.key", "claviger",
          "secret.key", "claviger-e2e",
          "buffer.dir", System.getProperty("contract.folder"),
          "multipart.size", "5M",
          "multipart.threshold", "5M",
          "impl.disable.cache", "true");

  private static final Map<String, String> SEALED =
      Map.of(
          "impl", "io.claviger.hadoop.SealedS3AFileSystem",
          "claviger.backend_type", "Static",
          "claviger.key_id", "contract",
          "claviger.default_key_id", "contract",
          "claviger.secret_key_file", System.getProperty("contract.folder") + "/key");

  private final String bucket = System.getProperty("contract.bucket");

  S3aContract(Configuration conf) {
    super(conf);
    TRUE.forEach(name -> conf.setBoolean("fs.contract." + name, true));
    conf.setInt("fs.contract.test.random-seek-count", 10);
    S3A.forEach((name, value) -> conf.set("fs.s3a." + name, value));
    if ("sealed".equals(System.getProperty("contract.way"))) {
      SEALED.forEach((name, value) -> conf.set("fs.s3a." + name, value));
    }
  }

  @Override
  public String getScheme() {
    return "s3a";
  }

  @Override
  public FileSystem getTestFileSystem() throws IOException {
    return FileSystem.get(URI.create("s3a://" + bucket), getConf());
  }

  @Override
  public Path getTestPath() {
    return new Path("/test");
  }
}
