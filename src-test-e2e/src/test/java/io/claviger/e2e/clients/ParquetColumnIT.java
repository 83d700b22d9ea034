package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.MinioServer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One column of a Parquet file, read cold with and without the interceptor: requests are counted.
 * The file has a sixth of its size as a part and a 45th as a row group, as 360 MB have in parts of
 * 64 MB and row groups of 8 MB; {@code -De2e.parquet.mb=360} makes it as large as that.
 */
class ParquetColumnIT {
  private static final String BUCKET = "parquet-column";
  private static final URI STORE = MinioServer.http();
  private static final int FILE_BYTES = Integer.getInteger("e2e.parquet.mb", 36) * 1_000_000;
  private static final int ROW_GROUPS = 45;
  private static final int PARTS = 6;
  private static final double MOST = 1.2;

  /** Of 16 columns, as wide as each other. */
  private static final int COLUMNS = 16;

  private static final int VALUE_BYTES = 64;

  @TempDir static Path folder;
  private static final AtomicInteger REQUESTS = new AtomicInteger();

  @BeforeAll
  static void write() throws Exception {
    Path file = folder.resolve("f.parquet");
    write(file);
    E2e.plain(STORE).createBucket(b -> b.bucket(BUCKET));
    try (S3Client plain = plain();
        S3Client sealing = sealing()) {
      upload(plain, "plain/f.parquet", file);
      upload(sealing, "sealed/f.parquet", file);
    }
  }

  private static MessageType schema(int columns) {
    StringBuilder schema = new StringBuilder("message m {");
    for (int i = 0; i < columns; i++) {
      schema.append(" required binary c").append(i).append(';');
    }
    return MessageTypeParser.parseMessageType(schema.append('}').toString());
  }

  private static void write(Path file) throws IOException {
    Random random = new Random(1);
    SimpleGroupFactory groups = new SimpleGroupFactory(schema(COLUMNS));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new Configuration(false))
            .withType(schema(COLUMNS))
            .withRowGroupSize((long) FILE_BYTES / ROW_GROUPS)
            .withPageSize(FILE_BYTES / ROW_GROUPS / COLUMNS)
            .withDictionaryEncoding(false)
            .build()) {
      for (int row = 0; row < FILE_BYTES / COLUMNS / VALUE_BYTES; row++) {
        Group group = groups.newGroup();
        for (int i = 0; i < COLUMNS; i++) {
          byte[] value = new byte[VALUE_BYTES - 4];
          random.nextBytes(value);
          group.append("c" + i, Binary.fromConstantByteArray(value));
        }
        writer.write(group);
      }
    }
  }

  private static void upload(S3Client s3, String key, Path file) throws IOException {
    String id = s3.createMultipartUpload(b -> b.bucket(BUCKET).key(key)).uploadId();
    List<CompletedPart> done = new ArrayList<>();
    long all = Files.size(file);
    int partBytes = Math.max(5 << 20, (int) (all / PARTS + (1 << 20) - 1) >> 20 << 20);
    try (FileChannel in = FileChannel.open(file)) {
      for (long at = 0; at < all; at += partBytes) {
        ByteBuffer body = ByteBuffer.allocate((int) Math.min(partBytes, all - at));
        while (body.hasRemaining() && in.read(body) >= 0) {}
        int number = done.size() + 1;
        String eTag =
            s3.uploadPart(
                    b -> b.bucket(BUCKET).key(key).uploadId(id).partNumber(number),
                    RequestBody.fromByteBuffer(body.flip()))
                .eTag();
        done.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
      }
    }
    s3.completeMultipartUpload(
        b -> b.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(done)));
  }

  private static S3Client plain() {
    return E2e.plain(STORE, new Counting());
  }

  /** A client and an interceptor that know nothing yet. */
  private static S3Client sealing() {
    return E2e.plain(STORE, E2e.interceptor(new CountedHttp(E2e.trusting())), new Counting());
  }

  @Test
  void aColumnTakesFewMoreRequestsThanWithoutTheInterceptor() throws Exception {
    int ofPlain = read(plain(), "plain/f.parquet");
    int cold = read(sealing(), "sealed/f.parquet");
    System.out.printf(
        "one of %d columns of %d MB in %d row groups: %d requests plain, %d sealed, cold%n",
        COLUMNS, FILE_BYTES / 1_000_000, ROW_GROUPS, ofPlain, cold);
    assertThat(ofPlain).isGreaterThan(ROW_GROUPS / 2);
    assertThat(cold).isLessThanOrEqualTo((int) (MOST * ofPlain));
  }

  /** Reads the column and returns the number of requests. */
  private static int read(S3Client s3, String key) throws IOException {
    REQUESTS.set(0);
    long rows = 0;
    try (s3;
        ParquetReader<Group> reader =
            new Reader(new RangeReads(s3, BUCKET, key), configuration()).build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        assertThat(group.getBinary(0, 0).length()).isEqualTo(VALUE_BYTES - 4);
        rows++;
      }
    }
    assertThat(rows).isEqualTo(FILE_BYTES / COLUMNS / VALUE_BYTES);
    return REQUESTS.get();
  }

  private static ParquetConfiguration configuration() {
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.set(ReadSupport.PARQUET_READ_SCHEMA, schema(1).toString());
    return configuration;
  }

  private static final class Reader extends ParquetReader.Builder<Group> {
    Reader(InputFile file, ParquetConfiguration configuration) {
      super(file, configuration);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  /** Counts what the caller's client sends. */
  private static final class Counting implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      REQUESTS.incrementAndGet();
    }
  }

  /** Counts what the interceptor sends itself. */
  private record CountedHttp(SdkHttpClient http) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      REQUESTS.incrementAndGet();
      return http.prepareRequest(request);
    }

    @Override
    public void close() {
      http.close();
    }
  }
}
