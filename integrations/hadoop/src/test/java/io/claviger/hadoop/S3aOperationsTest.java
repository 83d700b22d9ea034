package io.claviger.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3A does with files, over files of several segments and of several parts. */
class S3aOperationsTest extends S3aTests {
  private static final int PART_BYTES = 5 << 20;
  private static final int SEGMENT_BYTES = 64 << 10;

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  private Configuration inParts() {
    Configuration conf = sealed();
    conf.set("fs.s3a.multipart.size", String.valueOf(PART_BYTES));
    conf.set("fs.s3a.multipart.threshold", String.valueOf(PART_BYTES));
    return conf;
  }

  @ParameterizedTest
  @CsvSource({
    "classic, sequential",
    "classic, random",
    "classic, default",
    "prefetch, default",
    "analytics, default"
  })
  void streamsGiveTheSameBytesWhereverOneReads(String streams, String fadvise) throws Exception {
    String bucket = newBucket();
    Configuration conf = inParts();
    conf.set("fs.s3a.input.stream.type", streams);
    conf.set("fs.s3a.experimental.input.fadvise", fadvise);
    byte[] content = content(2 * PART_BYTES + SEGMENT_BYTES + 1);
    try (FileSystem files = files(bucket, conf)) {
      write(files, "a", content);
      try (FSDataInputStream in = files.open(path("a"))) {
        for (int at : new int[] {content.length - 8, 0, SEGMENT_BYTES - 1, PART_BYTES - 3, 7}) {
          byte[] read = new byte[8];
          in.readFully(at, read);
          assertThat(read).as("at %d", at).isEqualTo(Arrays.copyOfRange(content, at, at + 8));
        }
        in.seek(PART_BYTES);
        byte[] rest = in.readAllBytes();
        assertThat(rest).isEqualTo(Arrays.copyOfRange(content, PART_BYTES, content.length));
      }
      assertThat(read(files, "a")).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @CsvSource({"classic", "prefetch", "analytics"})
  void vectoredReadsGiveEachRange(String streams) throws Exception {
    String bucket = newBucket();
    Configuration conf = inParts();
    conf.set("fs.s3a.input.stream.type", streams);
    byte[] content = content(PART_BYTES + SEGMENT_BYTES);
    try (FileSystem files = files(bucket, conf)) {
      write(files, "a", content);
      try (FSDataInputStream in = files.open(path("a"))) {
        List<FileRange> ranges =
            List.of(
                FileRange.createFileRange(0, 4),
                FileRange.createFileRange(SEGMENT_BYTES - 2, 4),
                FileRange.createFileRange(PART_BYTES - 2, 4),
                FileRange.createFileRange(content.length - 4, 4));
        in.readVectored(ranges, ByteBuffer::allocate);
        for (FileRange range : ranges) {
          ByteBuffer read = range.getData().get(1, TimeUnit.MINUTES);
          byte[] bytes = new byte[read.remaining()];
          read.get(bytes);
          int at = (int) range.getOffset();
          assertThat(bytes).as("at %d", at).isEqualTo(Arrays.copyOfRange(content, at, at + 4));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "100", "5242880", "11000000"})
  void renamesKeepTheBytesAndAreSealedForTheNewName(int bytes) throws Exception {
    String bucket = newBucket();
    byte[] content = content(bytes);
    try (FileSystem files = files(bucket, inParts())) {
      write(files, "from/a", content);
      assertThat(files.rename(path("from"), path("to"))).isTrue();
      assertThat(read(files, "to/a")).isEqualTo(content);
      assertThat(files.getFileStatus(path("to/a")).getLen()).isEqualTo(bytes);
      assertThatThrownBy(() -> files.getFileStatus(path("from/a")))
          .isInstanceOf(FileNotFoundException.class);
    }
    assertThat(stored(bucket)).containsOnlyKeys("to/a");
    assertThat(stored(bucket).values()).allMatch(S3aTests::isSealed);
  }

  @Test
  void manyFilesAreListedWithTheirSizesAndDeletedAtOnce() throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, sealed())) {
      for (int i = 0; i < 20; i++) {
        write(files, "many/" + i, content(i));
      }
      for (var status : files.listStatus(path("many"))) {
        assertThat(status.getLen()).isEqualTo(Integer.parseInt(status.getPath().getName()));
      }
      assertThat(files.delete(path("many"), true)).isTrue();
    }
    assertThat(stored(bucket)).isEmpty();
  }

  @Test
  void createdOnlyWhereNothingIsYet() throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, sealed())) {
      write(files, "a", text());
      assertThatThrownBy(() -> files.create(path("a"), false))
          .isInstanceOf(FileAlreadyExistsException.class);
      IOException late = null;
      FSDataOutputStream out =
          (FSDataOutputStream)
              files
                  .createFile(path("a"))
                  .overwrite(true)
                  .opt("fs.option.create.conditional.overwrite", true)
                  .build();
      out.write(1);
      try {
        out.close();
      } catch (IOException e) {
        late = e;
      }
      assertThat(late)
          .isInstanceOfAny(RemoteFileChangedException.class, FileAlreadyExistsException.class);
      assertThat(read(files, "a")).isEqualTo(text());
    }
  }
}
