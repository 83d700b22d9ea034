package io.claviger.cli.object;

import io.claviger.cli.object.Statement.Form;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.format.CanonicalContext;
import io.claviger.format.Envelope;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** What an object says: its metadata, its first bytes, the lengths of its parts. */
public final class ObjectStatement {
  /** Objects of more parts do not get their plaintext length added up: a request for each. */
  private static final int MAX_ASKED_PARTS = 1_000;

  private final S3Client client;
  private final Location place;
  private final @Nullable String versionId;

  private ObjectStatement(S3Client client, Location place, @Nullable String versionId) {
    this.client = client;
    this.place = place;
    this.versionId = versionId;
  }

  /** Looks at an object; {@code versionId} null for the current version. */
  public static Statement of(S3Client client, Location place, @Nullable String versionId) {
    return new ObjectStatement(client, place, versionId).read();
  }

  private Statement read() {
    HeadObjectResponse head = head(null);
    long stored = head.contentLength();
    Map<String, String> metadata = new TreeMap<>(head.metadata());
    boolean begins = stored > 0 && beginsSealed();
    if (!Envelope.isPresentIn(metadata)) {
      return begins
          ? Statement.of(Form.DAMAGED, stored, "sealed bytes without an envelope beside them")
          : Statement.of(
              S3EncryptionClientKeys.wrote(metadata) ? Form.FOREIGN : Form.PLAINTEXT, stored, null);
    }
    try {
      Envelope envelope = Envelope.parse(metadata);
      return begins
          ? sealed(envelope, stored)
          : Statement.of(Form.DAMAGED, stored, "an envelope, and bytes that are not sealed");
    } catch (FormatException | IllegalArgumentException e) {
      return Statement.of(Form.DAMAGED, stored, e.getMessage());
    }
  }

  private HeadObjectResponse head(@Nullable Integer part) {
    return Store.ask(
        place,
        () ->
            client.headObject(
                b ->
                    b.bucket(place.bucket())
                        .key(place.key())
                        .versionId(versionId)
                        .partNumber(part)));
  }

  private boolean beginsSealed() {
    byte[] first =
        Store.ask(
            place,
            () ->
                client
                    .getObjectAsBytes(
                        b ->
                            b.bucket(place.bucket())
                                .key(place.key())
                                .versionId(versionId)
                                .range("bytes=0-" + (Preamble.BYTES - 1)))
                    .asByteArray());
    try {
      Preamble.decode(first);
      return true;
    } catch (FormatException e) {
      return false;
    }
  }

  private Statement sealed(Envelope envelope, long stored) {
    Statement said =
        Statement.of(Form.SEALED, stored, null)
            .with("key", envelope.keyId())
            .with("names", envelope.names().name())
            .with("sealedAs", sealedAs(envelope))
            .with("context", contextNames(envelope))
            .with("sse", envelope.sse())
            .with("metadataTags", envelope.tags() != null);
    byte[] bucketKey = envelope.bucketKey();
    WrappedKey.describe(bucketKey == null ? envelope.wrappedDataKey() : bucketKey, said);
    said.with("keyVersion", envelope.masterKeyVersion());
    return envelope.multi()
        ? inParts(said)
        : said.with("parts", 1).with("plainBytes", plain(stored));
  }

  private static long plain(long storedBytes) {
    return Layout.plainBytes(storedBytes);
  }

  private static @Nullable String sealedAs(Envelope envelope) {
    byte[] from = envelope.from();
    return from == null
        ? null
        : "s3://" + new String(from, StandardCharsets.UTF_8).replace('\0', '/');
  }

  /** The names only: values may be private. */
  private static List<String> contextNames(Envelope envelope) {
    byte[] context = envelope.context();
    return context == null
        ? List.of()
        : CanonicalContext.decode(context).keySet().stream().sorted().toList();
  }

  private Statement inParts(Statement said) {
    HeadObjectResponse first = head(1);
    Integer count = first.partsCount();
    if (count == null || count > MAX_ASKED_PARTS) {
      return said.with("parts", count);
    }
    long plain = plain(first.contentLength());
    for (int part = 2; part <= count; part++) {
      plain += plain(head(part).contentLength());
    }
    return said.with("parts", count).with("plainBytes", plain);
  }
}
