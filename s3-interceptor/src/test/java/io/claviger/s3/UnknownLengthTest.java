package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.encryption.Spool;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Bodies that do not say how long they are, a plain client beside ours. */
class UnknownLengthTest {
  private static final int ROOM = 200_000;

  @TempDir Path folder;

  private final TinyStore store = new TinyStore();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @AfterEach
  void stop() throws IOException {
    store.close();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
    assertThat(closed.get()).isEqualTo(opened.get());
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  private RequestBody unknown(InputStream in) {
    return RequestBody.fromContentProvider(
        () -> {
          opened.incrementAndGet();
          return new FilterInputStream(in) {
            @Override
            public void close() throws IOException {
              closed.incrementAndGet();
              super.close();
            }
          };
        },
        "a/b");
  }

  private S3Client spooling() {
    Spool spool = Spool.at(folder.resolve("spool"), ROOM);
    return Clients.with(store.endpoint(), TestKeys.interceptor().spool(spool).build());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, ROOM})
  void areStoredAsAPlainClientStoresThem(int bytes) {
    byte[] content = content(bytes);
    try (S3Client s3 = spooling();
        S3Client plain = Clients.plain(store.endpoint())) {
      plain.putObject(b -> b.bucket("b").key("plain"), unknown(new ByteArrayInputStream(content)));
      assertThat(plain.getObjectAsBytes(b -> b.bucket("b").key("plain")).asByteArray())
          .isEqualTo(content);
      closed.set(opened.get()); // the plain client leaves its stream open
      s3.putObject(b -> b.bucket("b").key("k"), unknown(new ByteArrayInputStream(content)));
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray()).isEqualTo(content);
      assertThat(s3.headObject(b -> b.bucket("b").key("k")).contentType()).isEqualTo("a/b");
    }
  }

  @Test
  void areSentAgainAsTheyWereReadOnce() {
    byte[] content = content(150_000);
    store.unavailable.set(2);
    try (S3Client s3 = spooling()) {
      s3.putObject(b -> b.bucket("b").key("k"), unknown(new ByteArrayInputStream(content)));
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray()).isEqualTo(content);
    }
    assertThat(opened.get()).isEqualTo(1);
  }

  @Test
  void ofAPartAreSealedToo() {
    byte[] content = content(100_000);
    try (S3Client s3 = spooling()) {
      String id = s3.createMultipartUpload(b -> b.bucket("b").key("k")).uploadId();
      String tag =
          s3.uploadPart(
                  b -> b.bucket("b").key("k").uploadId(id).partNumber(1),
                  unknown(new ByteArrayInputStream(content)))
              .eTag();
      s3.completeMultipartUpload(
          b ->
              b.bucket("b")
                  .key("k")
                  .uploadId(id)
                  .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(tag))));
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray()).isEqualTo(content);
    }
  }

  @Test
  void longerThanTheirSpoolAreRefusedBeforeTheFirstByte() {
    try (S3Client s3 = spooling()) {
      assertThatThrownBy(
              () ->
                  s3.putObject(
                      b -> b.bucket("b").key("k"),
                      unknown(new ByteArrayInputStream(content(ROOM + 1)))))
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("more than the 200000 bytes that its spool takes")
          .hasMessageContaining("Raise the limit");
    }
    assertThat(store.objects).isEmpty();
  }

  @Test
  void whoseSourceBreaksAreNotStored() {
    InputStream breaking =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    try (S3Client s3 = spooling()) {
      assertThatThrownBy(() -> s3.putObject(b -> b.bucket("b").key("k"), unknown(breaking)))
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("the disk is gone")
          .hasMessageContaining("Nothing was sent");
    }
    assertThat(store.objects).isEmpty();
  }

  @Test
  void withALengthInTheRequestAreSentWithoutASpool() {
    byte[] content = content(70_000);
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      s3.putObject(
          b -> b.bucket("b").key("k").contentLength(70_000L),
          unknown(new ByteArrayInputStream(content)));
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray()).isEqualTo(content);
    }
    closed.set(opened.get());
  }

  @Test
  void areRefusedWithoutASpool() {
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      assertThatThrownBy(
              () ->
                  s3.putObject(
                      b -> b.bucket("b").key("k"), unknown(new ByteArrayInputStream(content(9)))))
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("a body of unknown length")
          .hasMessageContaining("claviger.s3.spool_bytes");
    }
    assertThat(store.objects).isEmpty();
  }
}
