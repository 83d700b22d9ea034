package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes in the place of a file of a key folder are read or refused with a kind of their own.
 */
class LocalFuzzTest {
  private static final Root ROOT = new Root(7, new byte[32]);
  private static final RootKeys ROOTS = new RootKeys(ROOT, null);
  private static final byte[] PASSPHRASE = {'p'};

  private static KeyRecord key() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    KeyMetadata metadata =
        new KeyMetadata(
            "k",
            KeyState.ENABLED,
            KeyUsage.ENCRYPT_DECRYPT,
            "d",
            Map.of("a", "b"),
            now,
            null,
            null,
            1,
            KeyMetadata.ORIGIN_CLAVIGER,
            "");
    return new KeyRecord(metadata, KeyState.ENABLED, List.of(KeyVersion.fresh(1, 32, now)));
  }

  private static void refusedAs(KmsException e, ErrorKind... kinds) {
    assertThat(e.kind()).isIn((Object[]) kinds);
  }

  static Stream<byte[]> records() {
    byte[] good = RecordFile.encode(key(), 3, ROOT);
    return Stream.of(good, java.util.Arrays.copyOf(good, 9), new byte[] {1});
  }

  @MethodSource("records")
  @FuzzTest(maxDuration = "30s")
  void record(byte[] bytes) {
    try {
      RecordFile.Stored stored = RecordFile.decode("k", bytes, id -> id == 7 ? ROOT : null);
      assertThat(stored.generation()).isEqualTo(3);
    } catch (KmsException e) {
      refusedAs(e, ErrorKind.CORRUPT_RECORD);
    }
  }

  static Stream<byte[]> manifests() {
    NavigableMap<String, Manifest.Entry> entries = new TreeMap<>();
    RecordName name = RecordName.fresh("k", 3);
    entries.put("k", Manifest.Entry.of(name, new byte[] {1}));
    byte[] good =
        new Manifest(3, 1, Lineage.begin(7, 3), new byte[] {9}, List.of(name), entries).write(ROOT);
    return Stream.of(
        good,
        java.util.Arrays.copyOf(good, good.length - 1),
        java.util.Arrays.copyOf(good, Manifest.HEAD_BYTES),
        new byte[0]);
  }

  @MethodSource("manifests")
  @FuzzTest(maxDuration = "30s")
  void manifest(byte[] bytes) {
    byte[] rootJson = Manifest.rootJsonOf(bytes);
    try {
      Manifest read = Manifest.read(bytes, json -> ROOTS);
      assertThat(read.generation()).isEqualTo(3);
      assertThat(read.entries()).containsOnlyKeys("k");
      assertThat(read.write(ROOT)).isEqualTo(bytes);
      assertThat(rootJson).isEqualTo(read.rootJson());
    } catch (Manifest.DamagedException e) {
      assertThat(e).hasMessageMatching("(is|was) .*");
    }
  }

  static Stream<byte[]> roots() {
    String cost = "\"kdf\":\"argon2id\",\"memory_kib\":8,\"passes\":1,\"lanes\":1";
    String salt = ",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"";
    return Stream.of(
            "{\"format\":1,%s%s,\"root_key_id\":\"0000000000000007\",\"root_key\":\"AAAA\"}"
                .formatted(cost, salt),
            "{\"format\":1,%s%s,\"root_key_id\":\"zz\",\"root_key\":\"*\"}".formatted(cost, salt),
            "{\"format\":2,%s%s}".formatted(cost, salt),
            "{\"format\":1,%s}".formatted(cost),
            "{\"format\":1,\"salt\":\"?\"}",
            "[]",
            "null",
            "\"text\"",
            "{")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("roots")
  @FuzzTest(maxDuration = "30s")
  void rootFile(byte[] bytes) {
    try {
      RootFile.known(bytes, ROOTS, "folder");
      RootFile.decode(bytes, PASSPHRASE, "folder");
    } catch (KmsException e) {
      refusedAs(e, ErrorKind.CORRUPT_RECORD, ErrorKind.INVALID_CONFIGURATION);
    }
  }

  static Stream<byte[]> bundles() {
    byte[] good = KeyBundle.seal(List.of(key()), PASSPHRASE);
    String text = new String(good, StandardCharsets.UTF_8);
    byte[] cheap =
        text.replaceFirst("\"memory_kib\" : \\d+", "\"memory_kib\" : 8")
            .getBytes(StandardCharsets.UTF_8);
    return Stream.concat(Stream.of(good, cheap), roots());
  }

  @MethodSource("bundles")
  @FuzzTest(maxDuration = "30s")
  void bundle(byte[] bytes) {
    try {
      assertThat(KeyBundle.open(bytes, PASSPHRASE).keys()).hasSize(1);
    } catch (KmsException e) {
      refusedAs(e, ErrorKind.CORRUPT_RECORD, ErrorKind.INVALID_CONFIGURATION);
    }
  }

  static Stream<byte[]> rustfsRecords() {
    String good =
        RustfsVectors.record(
            "k", RustfsVectors.LEGACY, RustfsVectors.LEGACY_NONCE, "legacy-unspecified");
    return Stream.of(
            good,
            good.replace("\"metadata\":{", "\"metadata\":[{").replace("\"a\"},", "\"a\"}],"),
            good.replace("[UTC]", "[Etc/Unknown]"),
            good.replace("\"version\":1,\"alg", "\"version\":-1,\"alg"),
            good.replace("\"version\":1,\"alg", "\"version\":1e99,\"alg"),
            good.replace("\"version\":1,\"alg", "\"version\":4294967297,\"alg"),
            good.replace("\"rotated_at\":null", "\"rotated_at\":\"+999999999-12-31T23:59:59Z\""),
            "[]",
            "null",
            "")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("rustfsRecords")
  @FuzzTest(maxDuration = "30s")
  void rustfsRecord(byte[] bytes) {
    byte[] masterKey = RustfsVectors.LEGACY_MASTER_KEY.getBytes(StandardCharsets.UTF_8);
    try (SecretBytes secret = SecretBytes.copyOf(masterKey);
        RustfsMaterial material = new RustfsMaterial(secret, new byte[0])) {
      KeyRecord read = RustfsRecord.read("k", bytes, material);
      assertThat(read.metadata().keyId()).isEqualTo("k");
      assertThat(read.current().material()).isEqualTo(RustfsVectors.MATERIAL);
      assertThat(read.metadata().currentVersion()).isPositive();
    } catch (KmsException e) {
      refusedAs(e, ErrorKind.CORRUPT_RECORD);
    }
  }

  static Stream<byte[]> fileNames() {
    String good = RecordName.fresh("k", 3).fileName();
    return Stream.of(good, good + ".aside", good.substring(1), "k.key", ".record")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("fileNames")
  @FuzzTest(maxDuration = "30s")
  void fileName(byte[] bytes) {
    String name = new String(bytes, StandardCharsets.UTF_8);
    RecordName read = RecordName.parse(name);
    if (read != null) {
      assertThat(name).isIn(read.fileName(), read.asideName());
    }
  }
}
