package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;
import static io.claviger.e2e.engines.Scenario.thrown;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ManifestWriter;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.types.Types;

/**
 * S3FileIO of one Iceberg with the SDK of its own bundle: the client that Iceberg makes, sealed by
 * the drop-in, or one that it is given.
 *
 * <pre>IcebergRun drop-in|explicit STORE=ENDPOINT ..</pre>
 */
final class IcebergRun implements EngineRun.Engine {
  private static final int PART = 5 << 20;

  private final Clients clients;
  private final S3FileIO files;
  private final String root;

  private IcebergRun(URI endpoint, boolean dropIn) throws IOException {
    this.clients = new Clients(endpoint, dropIn);
    this.root = "s3://" + clients.bucket + "/";
    this.files = dropIn ? new S3FileIO() : new S3FileIO(() -> clients.s3);
    files.initialize(
        Map.of(
            "s3.endpoint", endpoint.toString(),
            "s3.access-key-id", "claviger",
            "s3.secret-access-key", "claviger-e2e",
            "client.region", "us-east-1",
            "s3.path-style-access", "true",
            "s3.multipart.part-size-bytes", String.valueOf(PART)));
  }

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    EngineRun.over(args, IcebergRun::new);
  }

  @Override
  public List<Scenario> scenarios() {
    return List.of(
        new Scenario("Iceberg: files of many sizes", this::sizes),
        new Scenario("Iceberg: a file in parts", this::parts),
        new Scenario("Iceberg: seeks and reads at positions", this::seeks),
        new Scenario("Iceberg: lengths of listings", this::listing),
        new Scenario("Iceberg: a manifest", this::manifest),
        new Scenario("Iceberg: metadata of a table", this::metadata),
        new Scenario("Iceberg: what is not there, and is there already", this::missing),
        new Scenario("Iceberg: delete of many", this::delete),
        new Scenario(
            "Iceberg: nothing is stored in the clear", clients::requireNothingStoredInTheClear));
  }

  private void write(String name, byte[] bytes) throws IOException {
    try (PositionOutputStream out = files.newOutputFile(root + name).createOrOverwrite()) {
      out.write(bytes);
      same(out.getPos(), (long) bytes.length, "position");
    }
  }

  private void requireBytes(String name, byte[] bytes) throws IOException {
    InputFile file = files.newInputFile(root + name);
    same(file.getLength(), (long) bytes.length, "length of " + name);
    try (SeekableInputStream in = file.newStream()) {
      require(Arrays.equals(in.readAllBytes(), bytes), name + " came back otherwise");
    }
  }

  private void sizes() throws IOException {
    for (int size : new int[] {1, 65_535, 65_536, 65_537, 1 << 20}) {
      write("sizes/" + size, ObjectCalls.bytes(size));
      requireBytes("sizes/" + size, ObjectCalls.bytes(size));
    }
  }

  private void parts() throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(2 * PART + 100);
    write("parts", plainBytes);
    requireBytes("parts", plainBytes);
  }

  private void seeks() throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(2 * PART + 100);
    try (SeekableInputStream in = files.newInputFile(root + "parts").newStream()) {
      for (int at : new int[] {PART - 3, 2 * PART, 0, 65_535, 2 * PART + 92}) {
        byte[] some = new byte[8];
        ((RangeReadable) in).readFully(at, some, 0, 8);
        require(
            Arrays.equals(some, Arrays.copyOfRange(plainBytes, at, at + 8)),
            "other bytes at " + at);
      }
      in.seek(PART + 7);
      require(
          Arrays.equals(
              in.readNBytes(100_000), Arrays.copyOfRange(plainBytes, PART + 7, PART + 100_007)),
          "other bytes behind a seek");
      byte[] tail = new byte[8];
      same(((RangeReadable) in).readTail(tail, 0, 8), 8, "bytes of the end");
      require(
          Arrays.equals(
              tail, Arrays.copyOfRange(plainBytes, plainBytes.length - 8, plainBytes.length)),
          "another end");
    }
  }

  private void listing() {
    List<Long> lengths = new ArrayList<>();
    for (FileInfo each : files.listPrefix(root + "sizes/")) {
      lengths.add(each.size());
    }
    lengths.sort(null);
    same(lengths, List.of(1L, 65_535L, 65_536L, 65_537L, 1L << 20), "lengths");
  }

  private void manifest() throws IOException {
    OutputFile file = files.newOutputFile(root + "manifest.avro");
    ManifestWriter<DataFile> writer =
        ManifestFiles.write(2, PartitionSpec.unpartitioned(), file, 1L);
    try (writer) {
      for (int i = 0; i < 1_000; i++) {
        writer.add(
            DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(root + "data/" + i + ".parquet")
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(1_000 + i)
                .withRecordCount(i + 1)
                .build());
      }
    }
    ManifestFile written = writer.toManifestFile();
    same(files.newInputFile(root + "manifest.avro").getLength(), written.length(), "its length");
    long rows = 0;
    try (ManifestReader<DataFile> reader =
        ManifestFiles.read(written, files, Map.of(0, PartitionSpec.unpartitioned()))) {
      for (DataFile each : reader) {
        rows += each.recordCount();
      }
    }
    same(rows, 500_500L, "rows of all files");
  }

  private void metadata() {
    Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    TableMetadata table =
        TableMetadata.newTableMetadata(
            schema, PartitionSpec.unpartitioned(), root + "table", Map.of("owner", "Ada"));
    for (String name : List.of("v1.metadata.json", "v1.gz.metadata.json")) {
      TableMetadataParser.write(table, files.newOutputFile(root + name));
      same(
          TableMetadataParser.read(files, root + name).properties(),
          table.properties(),
          "properties of " + name);
    }
  }

  private void missing() throws IOException {
    require(!files.newInputFile(root + "missing").exists(), "it is there");
    thrown(
        NotFoundException.class,
        () -> files.newInputFile(root + "missing").newStream().readAllBytes());
    write("there", new byte[1]);
    thrown(RuntimeException.class, () -> files.newOutputFile(root + "there").create().close());
  }

  private void delete() {
    files.deletePrefix(root + "sizes/");
    require(!files.listPrefix(root + "sizes/").iterator().hasNext(), "some are still there");
    files.deleteFiles(List.of(root + "there", root + "parts"));
    require(!files.newInputFile(root + "parts").exists(), "it is still there");
  }

  @Override
  public void close() throws Exception {
    files.close();
    clients.close();
  }
}
