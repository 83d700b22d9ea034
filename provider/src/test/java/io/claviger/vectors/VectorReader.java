package io.claviger.vectors;

import static io.claviger.vectors.ByHand.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.claviger.backend.fixed.StaticBackendFactory;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.local.RecordVectors;
import io.claviger.backend.transit.TransitVectors;
import io.claviger.backend.vault.KvVectors;
import io.claviger.encryption.CustomerKey;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.KeyWrap;
import io.claviger.format.MultiLayout;
import io.claviger.format.PartOpener;
import io.claviger.format.PartSealer;
import io.claviger.format.Preamble;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads one case through {@link EncryptionService}, the keys in a Static backend. */
final class VectorReader {
  /**
   * A wrap under a master key that does not open is the key service's refusal, not the format's.
   */
  static final String NOT_AUTHENTIC = "NOT_AUTHENTIC";

  private static final ObjectMapper JSON = new ObjectMapper();

  private VectorReader() {}

  static String outcome(JsonNode one) throws IOException {
    try {
      read(one);
      return "ok";
    } catch (FormatException e) {
      return e.failure().name();
    } catch (KmsException e) {
      assertThat(e.kind()).isIn(ErrorKind.NOT_AUTHENTIC, ErrorKind.CORRUPT_RECORD);
      return e.kind().name();
    }
  }

  /** Reads what must open, or throws what refuses it. */
  static void read(JsonNode one) throws IOException {
    switch (one.get("kind").asText()) {
      case "wrap" -> readWrap(one);
      case "message" -> readMessage(one);
      case "layout" -> readLayout(one);
      case "key-names" -> KvVectors.readNames(one);
      case "transit-text" -> TransitVectors.readText(one);
      case "key-record" -> openUnder(RecordVectors.readRecord(one), one.get("wrap"));
      case "kv2-record" -> openUnder(KvVectors.readRecord(one), one.get("wrap"));
      default -> readObject(one);
    }
  }

  private static byte[] hex(JsonNode text) {
    return HexFormat.of().parseHex(text.asText());
  }

  private static void readWrap(JsonNode one) {
    JsonNode read = one.get("read");
    KeyWrap wrap = KeyWrap.labelled(read.get("label").asText());
    byte[] key = hex(read.get("wrappingKey"));
    byte[] blob = hex(read.get("blob"));
    byte[] context = ByHand.utf8(read.get("context").asText());
    byte[] plain =
        read.has("keyId")
            ? wrap.unwrap(key, read.get("keyId").asText(), blob, context)
            : wrap.unwrap(key, blob, context);
    assertThat(plain).isEqualTo(hex(one.get("wrap").get("plaintext")));
  }

  /** Opens a wrap under the version of a key that its record holds. */
  private static void openUnder(List<KeyVersion> versions, JsonNode wrap) {
    assertThat(versions).hasSize(1);
    KeyVersion version = versions.get(0);
    byte[] blob = hex(wrap.get("blob"));
    assertThat(KeyWrap.versionOf(blob)).isEqualTo(version.id());
    byte[] plain =
        KeyWrap.labelled(wrap.get("label").asText())
            .unwrap(
                version.wrap(),
                wrap.get("keyId").asText(),
                blob,
                ByHand.utf8(wrap.get("context").asText()));
    assertThat(plain).isEqualTo(hex(wrap.get("plaintext")));
    assertThat(version.material()).isEqualTo(ByHand.fixed("material", 32));
  }

  /** Takes the headers in their order and compares what they prove. */
  private static void readLayout(JsonNode one) {
    MultiLayout layout = new MultiLayout(one.get("storedBytes").asLong());
    for (JsonNode header : one.get("headers")) {
      PartOpener opened = PartOpener.verify(hex(one.get("dataKey")), hex(header.get("prologue")));
      layout.add(header.get("storedOffset").asLong(), opened.preamble());
    }
    JsonNode proved = one.get("proved");
    assertThat(layout.isClosed()).isEqualTo(!proved.isNull());
    if (!proved.isNull()) {
      assertThat(layout.plainBytes()).isEqualTo(proved.get("plainBytes").asLong());
      assertThat(layout.partCount()).isEqualTo(proved.get("parts").asInt());
    }
  }

  /** Opens what is given of a message; what was given out before a failure is its beginning. */
  private static void readMessage(JsonNode one) throws IOException {
    byte[] sealed = MessageByHand.sealed(one.get("sealed"));
    JsonNode given = one.get("given");
    byte[] message =
        ByHand.bytes(
            Arrays.copyOf(sealed, given.get("keep").asInt()),
            hex(given.get("instead")),
            Arrays.copyOfRange(sealed, given.get("continueAt").asInt(), sealed.length));
    assertThat(sha256(message)).isEqualTo(given.get("sha256").asText());
    JsonNode read = one.get("read");
    JsonNode master = one.get("masterKey");
    KmsEnvelope envelope =
        KmsEnvelope.under(service(master).provider().key(master.get("keyId").asText()))
            .withContext(EncryptionContext.of(strings(read.get("context"))))
            .withAad(hex(read.get("associatedData")));
    int length = one.get("sealed").get("plainBytes").asInt();
    byte[] plain = PartByHand.plaintext(1, length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      envelope.open(new ByteArrayInputStream(message), out);
      assertThat(out.size()).isEqualTo(length);
      assertThat(sha256(plain)).isEqualTo(one.get("plaintext").get("sha256").asText());
    } finally {
      assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(plain, out.size()));
    }
  }

  private static void readObject(JsonNode one) throws IOException {
    byte[] stored = stored(one);
    JsonNode read = one.get("read");
    Map<String, String> metadata = strings(one.get("metadata"));
    Set<String> trusted = new HashSet<>();
    read.get("trustedKeyIds").forEach(id -> trusted.add(id.asText()));
    ReaderPolicy policy =
        new ReaderPolicy(
            NameBinding.valueOf(read.get("names").asText().toUpperCase(java.util.Locale.ROOT)),
            read.get("acceptMoved").asBoolean(),
            Map.of(),
            trusted);
    JsonNode context = read.get("context");
    JsonNode customer = read.get("customerKey");
    ObjectOpener opener =
        service(one.get("masterKey"))
            .openObject(
                new ObjectName(read.get("bucket").asText(), read.get("key").asText()),
                metadata,
                policy,
                context.isNull() ? null : EncryptionContext.of(strings(context)),
                customer.isNull() ? null : CustomerKey.of(hex(customer)));
    CoveredHeaders.Builder covered = CoveredHeaders.builder();
    metadata.forEach(covered::addUserMetadata);
    one.get("headers").forEach(h -> covered.add(h.get("name").asText(), h.get("value").asText()));
    if (!opener.changedHeaders(covered.build()).isEmpty()) {
      throw new FormatException(FormatException.Failure.METADATA, "changed");
    }
    byte[] plain =
        opener
            .openWhole(
                new ByteArrayInputStream(stored), one.get("stored").get("announced").asLong())
            .readAllBytes();
    assertThat(plain).hasSize(one.get("plaintext").get("bytes").asInt());
    assertThat(sha256(plain)).isEqualTo(one.get("plaintext").get("sha256").asText());
  }

  private static EncryptionService service(JsonNode master) {
    String secret = Base64.getEncoder().encodeToString(hex(master.get("wrappingKey")));
    BackendFields config =
        BackendFields.of(Map.of("key_id", master.get("keyId").asText(), "secret_key", secret));
    KmsServiceManager service =
        KmsServiceManager.running(
            new StaticBackendFactory().create(config, BackendSettings.DEFAULT),
            master.get("keyId").asText());
    return new EncryptionService(new ClavigerProvider(service));
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> entries = new TreeMap<>();
    object.fields().forEachRemaining(e -> entries.put(e.getKey(), e.getValue().asText()));
    return entries;
  }

  /** Seals the parts with our own code, then cuts what the store gives out of them. */
  private static byte[] stored(JsonNode one) {
    byte[] dataKey = hex(one.get("dataKey"));
    byte[][] parts = new byte[one.get("parts").size()][];
    for (int i = 0; i < parts.length; i++) {
      JsonNode part = one.get("parts").get(i);
      parts[i] = sealed(dataKey, part);
      assertThat(sha256(parts[i])).isEqualTo(part.get("sha256").asText());
    }
    byte[] all = new byte[0];
    for (JsonNode piece : one.get("stored").get("pieces")) {
      byte[] bytes =
          piece.has("hex")
              ? hex(piece.get("hex"))
              : Arrays.copyOfRange(
                  parts[piece.get("part").asInt()],
                  piece.get("from").asInt(),
                  piece.get("to").asInt());
      all = ByHand.bytes(all, bytes);
    }
    assertThat(sha256(all)).isEqualTo(one.get("stored").get("sha256").asText());
    return all;
  }

  private static byte[] sealed(byte[] dataKey, JsonNode part) {
    int number = part.get("number").asInt();
    int length = part.get("plainBytes").asInt();
    JsonNode offset = part.get("offset");
    Preamble preamble =
        new Preamble(
            part.get("last").asBoolean(),
            number,
            length,
            offset.isNull() ? Preamble.OFFSET_UNKNOWN : offset.asLong());
    assertThat(preamble.encode()).isEqualTo(hex(part.get("preamble")));
    PartSealer.Pass pass = new PartSealer(dataKey, preamble, hex(part.get("seed"))).newPass();
    byte[] plain = PartByHand.plaintext(number, length);
    byte[] stored = pass.prologue();
    byte[] segment = new byte[PartByHand.SEGMENT_STORED];
    int at = 0;
    do {
      int count = Math.min(PartByHand.SEGMENT_PLAIN, length - at);
      int sealed = pass.sealSegment(plain, at, count, segment, 0);
      stored = ByHand.bytes(stored, Arrays.copyOf(segment, sealed));
      at += count;
    } while (at < length);
    return stored;
  }
}
