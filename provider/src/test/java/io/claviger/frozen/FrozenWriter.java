package io.claviger.frozen;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.encryption.CustomerKey;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.SealRequest;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.format.UploadId;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Writes a folder of frozen objects, once for each version that changes what writers write. */
final class FrozenWriter {
  static final ObjectName NAME = new ObjectName("frozen", "a/key +ä");
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "ä"));
  static final Path FROZEN = Path.of("src/test/resources/frozen");
  private static final String FIRST_PART = "static-part-1.bin";
  private static final int LAST_PART_BYTES = 70_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String backend;
  private final ClavigerProvider provider;
  private final EncryptionService service;

  private FrozenWriter(Path folder, String backend, ClavigerProvider provider) {
    this.folder = folder;
    this.backend = backend;
    this.provider = provider;
    this.service = new EncryptionService(provider);
  }

  static void write(Path folder, Path temporary) throws IOException {
    Files.createDirectories(folder);
    FrozenWriter fixed = new FrozenWriter(folder, "static", FrozenKeys.fixed());
    fixed.all();
    fixed.parts();
    ClavigerProvider local = FrozenKeys.newFolder(temporary, folder.resolve("bundle"));
    new FrozenWriter(folder, "local", local).all();
    Path rustfs = FROZEN.resolve("0.1/rustfs");
    new FrozenWriter(folder, "rustfs", FrozenKeys.rustfs(rustfs)).all();
  }

  static byte[] plain(int length) {
    byte[] plain = new byte[length];
    for (int i = 0; i < length; i++) {
      plain[i] = (byte) (31 * i + 17 * (i / 256));
    }
    return plain;
  }

  private void all() throws IOException {
    for (int length : new int[] {0, 1, 65_537}) {
      single("single-" + length, request(false, null, "aws:kms"), length);
    }
    single("bucket-key", request(true, null, "AES256"), 100);
    try (CustomerKey key = CustomerKey.of(FrozenKeys.CUSTOMER)) {
      single("customer", request(false, key, "customer"), 100);
    }
    multi();
    message();
  }

  private static SealRequest request(boolean bucketKey, CustomerKey key, String sse) {
    return new SealRequest(NAME, null, CONTEXT, NameBinding.OBJECT, sse, key, bucketKey);
  }

  private void single(String name, SealRequest request, int length) throws IOException {
    ObjectSealer sealer = service.sealObject(request, length);
    byte[] stored = sealer.seal(new ByteArrayInputStream(plain(length))).readAllBytes();
    object(name, sealer.draft(), stored, length, request.sse());
  }

  private void multi() throws IOException {
    EnvelopeDraft draft = service.beginUpload(request(false, null, "aws:kms"));
    Map<String, String> ofId = UploadId.of("u", draft.fields(), "").envelope();
    try (UploadSealer upload = service.openUpload(NAME, ofId, ReaderPolicy.DEFAULT, null)) {
      byte[] stored =
          upload.part(1, 70_000, 0).seal(new ByteArrayInputStream(plain(70_000))).readAllBytes();
      object("multi", draft, stored, 70_000, "aws:kms");
    }
  }

  /**
   * One upload, whose first part has the least size that a part before the last may have; what may
   * follow it makes four objects. The first part is kept once.
   */
  private void parts() throws IOException {
    EnvelopeDraft draft = service.beginUpload(request(false, null, "aws:kms"));
    Map<String, String> ofId = UploadId.of("u", draft.fields(), "").envelope();
    int first = (int) Layout.plainBytes(Layout.MIN_PART_STORED_BYTES);
    int all = first + LAST_PART_BYTES;
    byte[] rest = Arrays.copyOfRange(plain(all), first, all);
    try (UploadSealer upload = service.openUpload(NAME, ofId, ReaderPolicy.DEFAULT, null)) {
      Files.write(folder.resolve(FIRST_PART), sealed(upload.part(1, first, 0), plain(first)));
      for (long offset : new long[] {first, Preamble.OFFSET_UNKNOWN}) {
        String offsets = offset == first ? "known" : "unknown";
        byte[] last = sealed(upload.part(2, rest.length, offset), rest);
        object("parts-offset-" + offsets, draft, last, all, "aws:kms", FIRST_PART);
        byte[] closing = sealed(upload.closingPart(2, offset), new byte[0]);
        object("closing-part-offset-" + offsets, draft, closing, first, "aws:kms", FIRST_PART);
      }
    }
  }

  private static byte[] sealed(ObjectSealer sealer, byte[] plain) throws IOException {
    return sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
  }

  /** Keeps an object: what the files {@code before} hold, if any, then {@code stored}. */
  private void object(
      String name, EnvelopeDraft draft, byte[] stored, int length, String sse, String... before)
      throws IOException {
    CoveredHeaders.Builder covered = CoveredHeaders.builder();
    Map<String, String> headers =
        Map.of(
            "Content-Type", "text/plain; charset=utf-8",
            "Content-Encoding", "identity",
            "Content-Disposition", "attachment; filename=\"A b.txt\"",
            "Content-Language", "de, en",
            "Cache-Control", "max-age=60",
            "Expires", "Sun, 06 Nov 1994 08:49:37 GMT",
            "x-amz-meta-owner", "Zoë");
    headers.forEach(covered::add);
    ObjectNode json = JSON.createObjectNode().put("kind", "object").put("backend", backend);
    json.put("customer", sse.equals("customer")).put("plainBytes", length);
    for (String file : before) {
      json.withArrayProperty("before").add(file);
    }
    ObjectNode all = json.putObject("headers");
    headers.forEach(all::put);
    draft.complete(covered.build()).forEach((field, v) -> all.put("x-amz-meta-" + field, v));
    put(name, json, stored);
  }

  private void message() throws IOException {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    envelope(provider).seal(new ByteArrayInputStream(plain(65_537)), sealed);
    ObjectNode json = JSON.createObjectNode().put("kind", "message").put("backend", backend);
    put("message", json.put("plainBytes", 65_537), sealed.toByteArray());
  }

  static KmsEnvelope envelope(ClavigerProvider provider) {
    return KmsEnvelope.under(provider.key(FrozenKeys.KEY_ID))
        .withContext(CONTEXT)
        .withAad("name".getBytes(StandardCharsets.US_ASCII));
  }

  private void put(String name, ObjectNode json, byte[] stored) throws IOException {
    json.put("stored", Base64.getEncoder().encodeToString(stored));
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    Files.writeString(folder.resolve(backend + "-" + name + ".json"), text);
  }
}
