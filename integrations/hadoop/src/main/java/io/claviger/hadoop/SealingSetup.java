package io.claviger.hadoop;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;

/** Whether S3A seals: by what its configuration says, and by what its client has. */
public final class SealingSetup {
  /** What {@code fs.s3a.impl} must name; as a text, for places where S3A may be missing. */
  public static final String FILE_SYSTEM = "io.claviger.hadoop.SealedS3AFileSystem";

  private static final String S3A = "fs.s3a.";
  private static final String BUCKET = "fs.s3a.bucket.";
  private static final String AUDIT = "audit.enabled";
  private static final String INTERCEPTORS = "audit.execution.interceptors";
  private static final String CLIENT_SIDE = "encryption.algorithm";

  private SealingSetup() {}

  /**
   * Returns {@code given} with the interceptor in it.
   *
   * @param bucket the bucket whose file system is to start
   * @throws IOException when the configuration switches off what the interceptor hangs on
   */
  static Configuration of(String bucket, Configuration given) throws IOException {
    requireAudit(bucket, given);
    String other = effective(given, bucket, CLIENT_SIDE);
    if (other != null && other.trim().startsWith("CSE")) {
      throw new IOException(
          "%s%s is %s: S3A would encrypt on the client too, with sizes of its own. Take that setting out, or read such objects with fs.s3a.impl=org.apache.hadoop.fs.s3a.S3AFileSystem"
              .formatted(S3A, CLIENT_SIDE, other));
    }
    Configuration conf = new Configuration(given);
    String listed = effective(given, bucket, INTERCEPTORS);
    String own = S3aInterceptor.class.getName();
    boolean named = listed != null && List.of(listed.trim().split("\\s*,\\s*")).contains(own);
    if (!named) {
      String all = listed == null || listed.isBlank() ? own : listed.trim() + "," + own;
      conf.set(BUCKET + bucket + "." + INTERCEPTORS, all);
    }
    return conf;
  }

  /**
   * Requires that S3A's auditing, which hands the interceptor to the client, is not switched off.
   *
   * @param bucket the bucket whose settings count
   * @throws IOException naming the setting
   */
  static void requireAudit(String bucket, Configuration conf) throws IOException {
    String value = effective(conf, bucket, AUDIT);
    if (value != null && !Boolean.parseBoolean(value.trim())) {
      boolean own = conf.get(BUCKET + bucket + "." + AUDIT) != null;
      throw new IOException(
          "%s is %s: S3A then gives its client no interceptor, and everything would be stored in the clear. Take that setting out; what auditing costs is a header in the store's log (fs.s3a.audit.referrer.enabled=false leaves it out)"
              .formatted(own ? BUCKET + bucket + "." + AUDIT : S3A + AUDIT, value));
    }
  }

  /**
   * Requires that file systems of this configuration can start, and the key service too: for a
   * check before any bucket is known. Settings of single buckets are looked at as well.
   *
   * @throws IOException naming what is missing, wrong or switched off
   */
  public static void requireConfigured(Configuration conf) throws IOException {
    Set<String> buckets = new TreeSet<>(Set.of(""));
    conf.getPropsWithPrefix(BUCKET)
        .keySet()
        .forEach(
            k -> {
              if (k.endsWith("." + AUDIT)) {
                buckets.add(k.substring(0, k.length() - AUDIT.length() - 1));
              }
            });
    for (String bucket : buckets) {
      requireAudit(bucket, conf);
    }
    Interceptors.of(S3aSettings.of(conf));
  }

  /**
   * Requires that {@code files} seals: for programs that must not depend on how a cluster is
   * configured. Call it once, where the file system is obtained; sends nothing.
   *
   * @throws IOException when it is no S3A, or its client does not have the interceptor of this copy
   *     of Claviger
   */
  public static void require(FileSystem files) throws IOException {
    FileSystem found = files;
    while (found instanceof FilterFileSystem filter) {
      found = filter.getRawFileSystem();
    }
    if (!(found instanceof S3AFileSystem s3a)) {
      throw new IOException(
          "%s is %s, not S3A, and seals nothing. Set fs.s3a.impl=%s and use s3a://"
              .formatted(files.getUri(), found.getClass().getName(), FILE_SYSTEM));
    }
    S3Client client = s3a.getS3AInternals().getAmazonS3Client("claviger: is it sealing?");
    if (interceptors(client).stream().noneMatch(S3aInterceptor.class::isInstance)) {
      throw new IOException(
          "%s does not seal: its client %s has no %s. Set fs.s3a.impl=%s, which puts it there, and take fs.s3a.audit.enabled=false out (docs/hadoop.md)"
              .formatted(
                  s3a.getUri(),
                  client.getClass().getName(),
                  S3aInterceptor.class.getName(),
                  FILE_SYSTEM));
    }
  }

  /** A client that cannot say what it has, has nothing. */
  private static List<ExecutionInterceptor> interceptors(S3Client client) {
    try {
      return client.serviceClientConfiguration().overrideConfiguration().executionInterceptors();
    } catch (UnsupportedOperationException e) {
      return List.of();
    }
  }

  /** Returns what S3A will see: the bucket's own setting before the one for all. */
  private static @Nullable String effective(Configuration conf, String bucket, String name) {
    return Arrays.asList(conf.get(BUCKET + bucket + "." + name), conf.get(S3A + name)).stream()
        .filter(v -> v != null)
        .findFirst()
        .orElse(null);
  }
}
