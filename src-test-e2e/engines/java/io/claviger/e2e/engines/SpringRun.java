package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;
import static io.claviger.e2e.engines.Scenario.thrown;

import io.awspring.cloud.s3.DiskBufferingS3OutputStreamProvider;
import io.awspring.cloud.s3.InMemoryBufferingS3OutputStreamProvider;
import io.awspring.cloud.s3.ObjectMetadata;
import io.awspring.cloud.s3.S3ObjectConverter;
import io.awspring.cloud.s3.S3OutputStreamProvider;
import io.awspring.cloud.s3.S3Resource;
import io.awspring.cloud.s3.S3Template;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The template and the resources of one Spring Cloud AWS, with the SDK that it asks for.
 *
 * <pre>SpringRun drop-in|explicit STORE=ENDPOINT ..</pre>
 */
final class SpringRun implements EngineRun.Engine {
  private static final int PART = 5 << 20;

  private final Clients clients;
  private final String bucket;
  private final S3Template template;
  private final S3OutputStreamProvider overDisk;

  private SpringRun(URI endpoint, boolean dropIn) throws IOException {
    this.clients = new Clients(endpoint, dropIn);
    this.bucket = clients.bucket;
    this.overDisk = new DiskBufferingS3OutputStreamProvider(clients.s3, null);
    this.template =
        new S3Template(
            clients.s3,
            new InMemoryBufferingS3OutputStreamProvider(clients.s3, null),
            new Texts(),
            S3Presigner.create());
  }

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    System.setProperty("aws.region", "us-east-1");
    EngineRun.over(args, SpringRun::new);
  }

  @Override
  public List<Scenario> scenarios() {
    return List.of(
        new Scenario("Spring: an object of the template", this::converted),
        new Scenario("Spring: uploads of many sizes", this::uploads),
        new Scenario("Spring: a resource written through memory", () -> written(null)),
        new Scenario("Spring: a resource written through a file", () -> written(overDisk)),
        new Scenario("Spring: written in parts", this::parts),
        new Scenario("Spring: metadata and type of a resource", this::metadata),
        new Scenario("Spring: lengths of a listing", this::listing),
        new Scenario("Spring: what is not there", this::missing),
        new Scenario("Spring: delete", this::delete),
        new Scenario(
            "Spring: nothing is stored in the clear", clients::requireNothingStoredInTheClear));
  }

  private void converted() {
    template.store(bucket, "letter", "Dear Ada");
    same(template.read(bucket, "letter", String.class), "Dear Ada", "what was read");
  }

  private void uploads() throws IOException {
    for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 1 << 20}) {
      byte[] plainBytes = ObjectCalls.bytes(size);
      template.upload(bucket, "sizes/" + size, new ByteArrayInputStream(plainBytes), null);
      requireBytes("sizes/" + size, plainBytes);
    }
  }

  private void requireBytes(String key, byte[] expected) throws IOException {
    S3Resource resource = template.download(bucket, key);
    try (InputStream in = resource.getInputStream()) {
      require(Arrays.equals(in.readAllBytes(), expected), key + " came back otherwise");
    }
    same(resource.contentLength(), (long) expected.length, "length of " + key);
    require(resource.exists(), key + " is not there");
  }

  private void write(String key, byte[] bytes, S3OutputStreamProvider way) throws IOException {
    S3Resource resource =
        way == null
            ? template.createResource(bucket, key)
            : new S3Resource(bucket, key, clients.s3, way);
    try (OutputStream out = resource.getOutputStream()) {
      out.write(bytes, 0, bytes.length / 2);
      out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
    }
  }

  private void written(S3OutputStreamProvider way) throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(300_001);
    write("written", plainBytes, way);
    requireBytes("written", plainBytes);
  }

  private void parts() throws IOException {
    byte[] plainBytes = ObjectCalls.bytes(2 * PART + 100);
    write("parts", plainBytes, null);
    requireBytes("parts", plainBytes);
  }

  private void metadata() {
    ObjectMetadata metadata =
        ObjectMetadata.builder().contentType("text/x-letter").metadata("author", "Ada").build();
    template.upload(bucket, "described", new ByteArrayInputStream(new byte[9]), metadata);
    S3Resource resource = template.download(bucket, "described");
    same(resource.contentType(), "text/x-letter", "type");
    same(resource.metadata().get("author"), "Ada", "metadata");
    same(resource.contentLength(), 9L, "length");
  }

  private void listing() {
    List<Long> lengths = new ArrayList<>();
    for (S3Resource each : template.listObjects(bucket, "sizes/")) {
      lengths.add(each.contentLength());
    }
    lengths.sort(null);
    same(lengths, List.of(0L, 1L, 65_535L, 65_536L, 65_537L, 1L << 20), "lengths");
  }

  private void missing() {
    S3Resource resource = template.download(bucket, "missing");
    require(!resource.exists(), "it is there");
    require(!template.objectExists(bucket, "missing"), "it is there");
    thrown(Exception.class, () -> template.read(bucket, "missing", String.class));
  }

  private void delete() {
    template.deleteObject(bucket, "letter");
    require(!template.objectExists(bucket, "letter"), "it is still there");
  }

  @Override
  public void close() throws Exception {
    clients.close();
  }

  /** Texts, without a library for JSON, which differs with the version of Spring. */
  private static final class Texts implements S3ObjectConverter {
    @Override
    public <T> RequestBody write(T text) {
      return RequestBody.fromString(String.valueOf(text));
    }

    @Override
    public <T> T read(InputStream in, Class<T> type) {
      try {
        return type.cast(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String contentType() {
      return "text/plain";
    }
  }
}
