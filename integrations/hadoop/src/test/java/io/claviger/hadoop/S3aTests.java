package io.claviger.hadoop;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.same.S3Mock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A store, keys, and a look past S3A at what is stored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3aTests {
  static final String TEXT = "plaintext of a job";
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  @TempDir static Path folder;
  S3Client plain;
  private S3MockApplication server;

  /** Hadoop's runtime jar names its own copy of the XML library for everyone; S3Mock needs its. */
  private static void useXmlOfTheServer() {
    System.setProperty("javax.xml.stream.XMLInputFactory", "com.ctc.wstx.stax.WstxInputFactory");
    System.setProperty("javax.xml.stream.XMLOutputFactory", "com.ctc.wstx.stax.WstxOutputFactory");
    System.setProperty("javax.xml.stream.XMLEventFactory", "com.ctc.wstx.stax.WstxEventFactory");
  }

  @BeforeAll
  void start() throws IOException {
    useXmlOfTheServer();
    server = S3Mock.start();
    plain =
        S3Client.builder()
            .endpointOverride(URI.create(endpoint()))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .overrideConfiguration(o -> o.putExecutionAttribute(ClavigerInterceptor.OFF, true))
            .build();
    Files.writeString(folder.resolve("key"), "A".repeat(43) + "=");
  }

  @AfterAll
  void stop() {
    plain.close();
    server.stop();
  }

  private String endpoint() {
    return "http://localhost:" + server.getHttpPort();
  }

  String newBucket() {
    String bucket = "bucket-" + BUCKETS.incrementAndGet();
    plain.createBucket(b -> b.bucket(bucket));
    return bucket;
  }

  /** S3A over this store, and nothing of Claviger. */
  Configuration s3a() {
    Configuration conf = new Configuration();
    conf.set("fs.s3a.endpoint", endpoint());
    conf.set("fs.s3a.endpoint.region", "us-east-1");
    conf.set("fs.s3a.path.style.access", "true");
    conf.set("fs.s3a.access.key", "test");
    conf.set("fs.s3a.secret.key", "test");
    conf.set("fs.s3a.impl.disable.cache", "true");
    conf.set("fs.s3a.buffer.dir", folder.resolve("buffers").toString());
    return conf;
  }

  /** With the sealing file system and a configuration that works. */
  Configuration sealed() {
    Configuration conf = s3a();
    conf.set("fs.s3a.impl", SealedS3AFileSystem.class.getName());
    conf.set("fs.AbstractFileSystem.s3a.impl", SealedS3A.class.getName());
    return withKeys(conf);
  }

  static Configuration withKeys(Configuration conf) {
    conf.set("fs.s3a.claviger.backend_type", "Static");
    conf.set("fs.s3a.claviger.key_id", "orders");
    conf.set("fs.s3a.claviger.default_key_id", "orders");
    conf.set("fs.s3a.claviger.secret_key_file", folder.resolve("key").toString());
    return conf;
  }

  static FileSystem files(String bucket, Configuration conf) throws IOException {
    return FileSystem.newInstance(URI.create("s3a://" + bucket + "/"), conf);
  }

  static org.apache.hadoop.fs.Path path(String key) {
    return new org.apache.hadoop.fs.Path("/" + key);
  }

  static void write(FileSystem files, String key, byte[] bytes) {
    try (FSDataOutputStream out = files.create(path(key))) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] read(FileSystem files, String key) throws IOException {
    try (FSDataInputStream in = files.open(path(key))) {
      return in.readAllBytes();
    }
  }

  static byte[] text() {
    return TEXT.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns every object as it is stored, directory markers left out. */
  Map<String, byte[]> stored(String bucket) {
    Map<String, byte[]> objects = new HashMap<>();
    for (S3Object each : plain.listObjectsV2(b -> b.bucket(bucket)).contents()) {
      if (!each.key().endsWith("/")) {
        objects.put(
            each.key(),
            plain.getObjectAsBytes(b -> b.bucket(bucket).key(each.key())).asByteArray());
      }
    }
    return objects;
  }

  static boolean isSealed(byte[] stored) {
    return new String(stored, 0, Math.min(4, stored.length), StandardCharsets.ISO_8859_1)
            .equals("CLVG")
        && !new String(stored, StandardCharsets.ISO_8859_1).contains("plaintext");
  }

  /** Changes one bit near the end of an object. */
  void flip(String bucket, String key) {
    var answer = plain.getObjectAsBytes(b -> b.bucket(bucket).key(key));
    byte[] bytes = answer.asByteArray();
    bytes[bytes.length - 1] ^= 1;
    plain.putObject(
        b -> b.bucket(bucket).key(key).metadata(answer.response().metadata()),
        RequestBody.fromBytes(bytes));
  }
}
