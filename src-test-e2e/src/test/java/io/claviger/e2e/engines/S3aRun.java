package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;
import static io.claviger.e2e.engines.Scenario.thrown;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * S3A of one Hadoop, with the SDK bundle that it asks for: files of one part and of several, sealed
 * by the drop-in or, {@code explicit}, by the file system of {@code claviger-hadoop}.
 *
 * <pre>S3aRun drop-in|explicit STORE=ENDPOINT ..</pre>
 */
final class S3aRun implements EngineRun.Engine {
  private static final int PART = 5 << 20;

  private final Clients clients;
  private final String bucket;
  private final FileSystem files;

  private S3aRun(URI endpoint, boolean dropIn) throws Exception {
    this.clients = new Clients(endpoint, dropIn);
    this.bucket = clients.bucket;
    Configuration conf = new Configuration();
    conf.set("fs.s3a.endpoint", endpoint.toString());
    conf.set("fs.s3a.endpoint.region", "us-east-1");
    conf.set("fs.s3a.connection.ssl.enabled", "false");
    conf.set("fs.s3a.path.style.access", "true");
    conf.set("fs.s3a.access.key", "claviger");
    conf.set("fs.s3a.secret.key", "claviger-e2e");
    conf.set("fs.s3a.multipart.size", String.valueOf(PART));
    conf.set("fs.s3a.multipart.threshold", String.valueOf(PART));
    conf.set("fs.s3a.buffer.dir", Files.createTempDirectory("s3a").toString());
    if (!dropIn) {
      java.nio.file.Path key = Files.createTempFile("engine", ".key");
      Files.writeString(key, "A".repeat(43) + "=");
      conf.set("fs.s3a.impl", "io.claviger.hadoop.SealedS3AFileSystem");
      conf.set("fs.s3a.claviger.backend_type", "Static");
      conf.set("fs.s3a.claviger.key_id", Clients.KEY);
      conf.set("fs.s3a.claviger.default_key_id", Clients.KEY);
      conf.set("fs.s3a.claviger.secret_key_file", key.toString());
    }
    this.files = FileSystem.newInstance(URI.create("s3a://" + bucket + "/"), conf);
  }

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    EngineRun.over(args, S3aRun::new);
  }

  @Override
  public List<Scenario> scenarios() {
    return List.of(
        new Scenario("S3A: files of many sizes", this::sizes),
        new Scenario("S3A: a file in parts", this::parts),
        new Scenario("S3A: seeks and reads at positions", this::seeks),
        new Scenario("S3A: lengths of listings", this::listings),
        new Scenario("S3A: rename of a file", this::rename),
        new Scenario("S3A: rename of a file in parts", this::renameParts),
        new Scenario("S3A: rename of a folder", this::renameFolder),
        new Scenario("S3A: overwrite, and not", this::overwrite),
        new Scenario("S3A: empty files and folders", this::empty),
        new Scenario("S3A: delete", this::delete),
        new Scenario(
            "S3A: nothing is stored in the clear", clients::requireNothingStoredInTheClear));
  }

  private void write(String name, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = files.create(new Path(name), true)) {
      out.write(bytes);
    }
  }

  private byte[] read(String name) throws IOException {
    try (FSDataInputStream in = files.open(new Path(name))) {
      return in.readAllBytes();
    }
  }

  private void requireBytes(String name, byte[] bytes) throws IOException {
    require(Arrays.equals(read(name), bytes), name + " came back otherwise");
    same(files.getFileStatus(new Path(name)).getLen(), (long) bytes.length, "length of " + name);
  }

  private void sizes() throws IOException {
    for (int size : new int[] {1, 65_535, 65_536, 65_537, 1 << 20}) {
      write("/sizes/" + size, ObjectCalls.bytes(size));
      requireBytes("/sizes/" + size, ObjectCalls.bytes(size));
    }
  }

  private void parts() throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(2 * PART + 100);
    write("/parts", plainBytes);
    requireBytes("/parts", plainBytes);
  }

  private void seeks() throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(2 * PART + 100);
    try (FSDataInputStream in = files.open(new Path("/parts"))) {
      for (int at : new int[] {PART - 3, 2 * PART, 0, 65_535, 2 * PART + 92}) {
        byte[] some = new byte[8];
        in.readFully(at, some);
        require(
            Arrays.equals(some, Arrays.copyOfRange(plainBytes, at, at + 8)),
            "other bytes at " + at);
      }
      in.seek(PART + 7);
      require(
          Arrays.equals(
              in.readNBytes(100_000), Arrays.copyOfRange(plainBytes, PART + 7, PART + 100_007)),
          "other bytes behind a seek");
    }
  }

  private void listings() throws IOException {
    List<Long> lengths = new ArrayList<>();
    for (FileStatus each : files.listStatus(new Path("/sizes"))) {
      lengths.add(each.getLen());
    }
    lengths.sort(null);
    same(lengths, List.of(1L, 65_535L, 65_536L, 65_537L, 1L << 20), "lengths");
    RemoteIterator<LocatedFileStatus> all = files.listFiles(new Path("/"), true);
    long sum = 0;
    while (all.hasNext()) {
      sum += all.next().getLen();
    }
    same(files.getContentSummary(new Path("/")).getLength(), sum, "length of all");
  }

  private void rename() throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(100_000);
    write("/old", plainBytes);
    require(files.rename(new Path("/old"), new Path("/new")), "it was not renamed");
    requireBytes("/new", plainBytes);
    thrown(FileNotFoundException.class, () -> read("/old"));
  }

  private void renameParts() throws IOException {
    require(files.rename(new Path("/parts"), new Path("/parts-new")), "it was not renamed");
    requireBytes("/parts-new", ObjectCalls.bytes(2 * PART + 100));
  }

  private void renameFolder() throws IOException {
    for (int i = 1; i < 5; i++) {
      write("/from/" + i, ObjectCalls.bytes(i));
    }
    require(files.rename(new Path("/from"), new Path("/to")), "it was not renamed");
    for (int i = 1; i < 5; i++) {
      requireBytes("/to/" + i, ObjectCalls.bytes(i));
    }
  }

  private void overwrite() throws IOException {
    write("/again", ObjectCalls.bytes(10));
    write("/again", ObjectCalls.bytes(20));
    requireBytes("/again", ObjectCalls.bytes(20));
    thrown(IOException.class, () -> files.create(new Path("/again"), false).close());
  }

  private void empty() throws IOException {
    write("/empty", new byte[0]);
    requireBytes("/empty", new byte[0]);
    files.mkdirs(new Path("/folder/below"));
    require(files.getFileStatus(new Path("/folder/below")).isDirectory(), "no folder");
  }

  private void delete() throws IOException {
    files.delete(new Path("/to"), true);
    require(!files.exists(new Path("/to/1")), "it is still there");
    thrown(FileNotFoundException.class, () -> read("/to/1"));
  }

  @Override
  public void close() throws Exception {
    files.close();
    clients.close();
  }
}
