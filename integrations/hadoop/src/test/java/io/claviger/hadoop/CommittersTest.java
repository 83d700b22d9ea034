package io.claviger.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.mapreduce.task.JobContextImpl;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S3A's committers: files appear when the job is committed, in one part and in several. */
class CommittersTest extends S3aTests {
  private static final int PART_BYTES = 5 << 20;

  @ParameterizedTest
  @CsvSource({
    "magic, part-0, 100",
    "magic, part-0, 11000000",
    "directory, part-0, 100",
    "directory, part-0, 11000000",
    "partitioned, day=1/part-0, 100",
    "partitioned, day=1/part-0, 11000000"
  })
  void whatIsCommittedIsSealedAndReadsBack(String committer, String file, int bytes)
      throws Exception {
    String bucket = newBucket();
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Configuration conf = sealed();
    conf.set("fs.s3a.committer.name", committer);
    conf.set(
        "mapreduce.outputcommitter.factory.scheme.s3a",
        "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");
    conf.set("fs.s3a.multipart.size", String.valueOf(PART_BYTES));
    conf.set("fs.s3a.committer.staging.tmp.path", folder.resolve("staging").toString());
    conf.set("fs.s3a.committer.staging.unique-filenames", "false");
    conf.set("spark.sql.sources.writeJobUUID", "job-of-" + bucket);
    var output = new org.apache.hadoop.fs.Path("s3a://" + bucket + "/out");
    commit(conf, output, file, content);
    try (FileSystem files = FileSystem.newInstance(URI.create("s3a://" + bucket), conf)) {
      assertThat(read(files, "out/" + file)).isEqualTo(content);
      assertThat(files.getFileStatus(path("out/" + file)).getLen()).isEqualTo(bytes);
    }
    assertThat(stored(bucket)).containsKeys("out/" + file, "out/_SUCCESS");
    assertThat(stored(bucket).values()).allMatch(S3aTests::isSealed);
  }

  private static void commit(
      Configuration conf, org.apache.hadoop.fs.Path output, String file, byte[] content)
      throws Exception {
    JobID job = new JobID("20261130", 1);
    TaskAttemptID attempt = new TaskAttemptID(new TaskID(job, TaskType.MAP, 0), 0);
    conf.set("mapreduce.task.attempt.id", attempt.toString());
    JobContextImpl jobContext = new JobContextImpl(conf, job);
    TaskAttemptContext task = new TaskAttemptContextImpl(conf, attempt);
    PathOutputCommitter committer = PathOutputCommitterFactory.createCommitter(output, task);
    committer.setupJob(jobContext);
    committer.setupTask(task);
    var work = new org.apache.hadoop.fs.Path(committer.getWorkPath(), file);
    try (FSDataOutputStream out = work.getFileSystem(conf).create(work)) {
      out.write(content);
    }
    assertThat(committer.needsTaskCommit(task)).isTrue();
    committer.commitTask(task);
    committer.commitJob(jobContext);
  }
}
