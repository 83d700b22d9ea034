package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.MinioServer;
import io.claviger.e2e.env.RequestCounts;
import io.claviger.hadoop.SealedS3AFileSystem;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.mapreduce.task.JobContextImpl;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job through S3A's magic committer costs, one task for each file, plain S3A beside the
 * sealing one: requests to MinIO counted on the way there, those to Vault's Transit in its audit
 * log. Each step of the sealing one has settings of its own, so it knows nothing of the one before.
 */
class MagicCommitterIT {
  private static final int FILES = Integer.getInteger("e2e.magic.files", 200);
  private static final int LARGE_FILES = Integer.getInteger("e2e.magic.large", 40);
  private static final int LARGE_BYTES = 9_000_000;
  private static final int MOST_CALLS = 20;

  /** What S3A may send again on a busy machine. */
  private static final int REPEATED = FILES / 10;

  @TempDir static java.nio.file.Path folder;
  private static VaultProcess vault;
  private static RequestCounts store;
  private static int settings;

  @BeforeAll
  static void start() {
    vault = VaultProcess.plain(folder).withEngines();
    store = new RequestCounts(MinioServer.http());
    KmsServiceManager service =
        Steps.running(
            Steps.transit(vault.address(), AuthMethod.Token.of(vault.token("claviger-transit"))));
    service.manager().createKey("k");
    service.stop();
  }

  @AfterAll
  static void stop() {
    store.close();
    vault.close();
  }

  private static Configuration plain() {
    Configuration conf = new Configuration();
    conf.set("fs.s3a.endpoint", store.url().toString());
    conf.set("fs.s3a.endpoint.region", "us-east-1");
    conf.set("fs.s3a.path.style.access", "true");
    conf.set("fs.s3a.access.key", "claviger");
    conf.set("fs.s3a.secret.key", "claviger-e2e");
    conf.set("fs.s3a.buffer.dir", folder.resolve("buffers").toString());
    conf.set("fs.s3a.committer.name", "magic");
    conf.set(
        "mapreduce.outputcommitter.factory.scheme.s3a",
        "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");
    return conf;
  }

  /** With a token, and so with an interceptor and a key service of its own. */
  private static Configuration sealed() throws IOException {
    java.nio.file.Path token = folder.resolve("token-" + ++settings);
    Files.writeString(token, vault.token("claviger-transit"));
    Configuration conf = plain();
    conf.set("fs.s3a.impl", SealedS3AFileSystem.class.getName());
    conf.set("fs.s3a.claviger.backend_type", "VaultTransit");
    conf.set("fs.s3a.claviger.address", vault.address().toString());
    conf.set("fs.s3a.claviger.allow_insecure_dev_defaults", "true");
    conf.set("fs.s3a.claviger.vault_token_file", token.toString());
    conf.set("fs.s3a.claviger.default_key_id", "k");
    return conf;
  }

  private static String newBucket(String name) {
    E2e.plain(MinioServer.http()).createBucket(b -> b.bucket(name));
    return "s3a://" + name + "/";
  }

  private static byte[] content(int number, int bytes) {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) number);
    return content;
  }

  private static TaskAttemptContext task(Configuration conf, JobID job, int number) {
    TaskAttemptID attempt = new TaskAttemptID(new TaskID(job, TaskType.MAP, number), 0);
    Configuration own = new Configuration(conf);
    own.set("mapreduce.task.attempt.id", attempt.toString());
    return new TaskAttemptContextImpl(own, attempt);
  }

  /** Runs one step with file systems of its own. */
  private interface Step {
    void run(FileSystem files, Configuration conf) throws IOException;
  }

  private record Cost(Map<String, Integer> requests, long calls) {
    int all() {
      return requests.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  private static Cost cost(String bucket, Configuration conf, Step step) throws IOException {
    long calls = calls();
    FileSystem.closeAll();
    try (FileSystem files = FileSystem.get(URI.create(bucket), conf)) {
      store.take();
      step.run(files, conf);
      return new Cost(store.take(), calls() - calls);
    }
  }

  /** Returns the uses of the key; looks at its state come with the time that a step takes. */
  private static long calls() {
    return vault.audited("transit/encrypt/k") + vault.audited("transit/decrypt/k");
  }

  private static Step job(String bucket, int count, int bytes) {
    return (files, conf) -> {
      JobID job = new JobID("20261130", 1);
      Path output = new Path(bucket, "out");
      PathOutputCommitter ofJob =
          PathOutputCommitterFactory.createCommitter(output, task(conf, job, 0));
      ofJob.setupJob(new JobContextImpl(conf, job));
      for (int i = 0; i < count; i++) {
        TaskAttemptContext task = task(conf, job, i);
        PathOutputCommitter committer = PathOutputCommitterFactory.createCommitter(output, task);
        committer.setupTask(task);
        try (FSDataOutputStream out =
            files.create(new Path(committer.getWorkPath(), "part-" + i))) {
          out.write(content(i, bytes));
        }
        committer.commitTask(task);
      }
      ofJob.commitJob(new JobContextImpl(conf, job));
    };
  }

  private static Step reading(int count, int bytes) {
    return (files, conf) -> {
      for (int i = 0; i < count; i++) {
        try (FSDataInputStream in = files.open(new Path("/out/part-" + i))) {
          assertThat(in.readAllBytes()).isEqualTo(content(i, bytes));
        }
      }
    };
  }

  private static Step listing(int count, LongPredicate length) {
    return (files, conf) -> {
      FileStatus[] found =
          files.listStatus(new Path("/out"), path -> path.getName().startsWith("part-"));
      assertThat(found).hasSize(count).allMatch(file -> length.test(file.getLen()));
    };
  }

  private static void print(String what, Cost plain, Cost sealed) {
    System.out.printf(
        "%s: %d requests plain %s, %d sealed %s, %d calls of Vault%n",
        what, plain.all(), plain.requests(), sealed.all(), sealed.requests(), sealed.calls());
  }

  @Test
  void smallFilesCostARequestMoreEachAndFewCallsOfVault() throws IOException {
    String clear = newBucket("magic-plain");
    String closed = newBucket("magic-sealed");
    Cost plainWrite = cost(clear, plain(), job(clear, FILES, 100));
    Cost write = cost(closed, sealed(), job(closed, FILES, 100));
    print(FILES + " small files written", plainWrite, write);
    Cost plainRead = cost(clear, plain(), reading(FILES, 100));
    Cost read = cost(closed, sealed(), reading(FILES, 100));
    print(FILES + " small files read", plainRead, read);
    assertThat(write.calls()).isPositive().isLessThanOrEqualTo(MOST_CALLS);
    assertThat(read.calls()).isPositive().isLessThanOrEqualTo(MOST_CALLS);
    assertThat(write.all()).isLessThanOrEqualTo(plainWrite.all() + FILES + REPEATED);
    assertThat(read.all()).isLessThanOrEqualTo(plainRead.all() + FILES + REPEATED);
  }

  /** Plain S3A lists the same bucket: what it reports are stored sizes, in as many requests. */
  @Test
  void listingLargeFilesCostsARequestEachOnce() throws IOException {
    String bucket = newBucket("magic-large");
    Cost write = cost(bucket, sealed(), job(bucket, LARGE_FILES, LARGE_BYTES));
    Cost ofPlain = cost(bucket, plain(), listing(LARGE_FILES, file -> file > LARGE_BYTES));
    Configuration conf = sealed();
    Cost cold = cost(bucket, conf, listing(LARGE_FILES, file -> file == LARGE_BYTES));
    Cost warm = cost(bucket, conf, listing(LARGE_FILES, file -> file == LARGE_BYTES));
    print(LARGE_FILES + " large files listed cold", ofPlain, cold);
    print(LARGE_FILES + " large files listed again", ofPlain, warm);
    assertThat(write.calls()).isPositive().isLessThanOrEqualTo(MOST_CALLS);
    assertThat(cold.all()).isLessThanOrEqualTo(ofPlain.all() + LARGE_FILES);
    assertThat(warm.requests()).isEqualTo(ofPlain.requests());
  }
}
