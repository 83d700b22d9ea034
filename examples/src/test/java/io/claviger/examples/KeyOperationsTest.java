package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.bulk.Clients;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.service.KmsServiceManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** What docs/key-operations.md says of keys, done with its methods. */
class KeyOperationsTest {
  private static final String TEXT = "what only we may read";

  @TempDir static Path folder;
  private static Store store;
  private static S3Client plain;

  @BeforeAll
  static void start() {
    store = Store.open(null);
    plain = store.client();
  }

  @AfterAll
  static void stop() {
    plain.close();
    store.close();
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private static KmsServiceManager keys(LocalConfig config) {
    KmsServiceManager keys = new KmsServiceManager();
    keys.configure(KmsConfig.builder(config).allowInsecureDevDefaults(true).build());
    keys.start();
    return keys;
  }

  private static S3Client sealing(KmsServiceManager keys) {
    return store.client(
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).keyId("orders").build());
  }

  private static String read(S3Client s3, String bucket) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key("a")).asUtf8String();
  }

  private static byte[] stored(String bucket) {
    return plain.getObjectAsBytes(b -> b.bucket(bucket).key("a")).asByteArray();
  }

  @Test
  void thePageShowsTheseMethods() throws Exception {
    String source =
        Files.readString(Path.of("src/main/java/io/claviger/examples/KeyOperations.java"));
    var shown =
        Walk.blocks(Files.readString(Path.of("../docs/key-operations.md"))).stream()
            .filter(block -> block.kind().equals("java"))
            .toList();
    assertThat(shown).hasSize(7);
    assertThat(shown).allMatch(block -> source.contains(block.content().strip().indent(2)));
  }

  @Test
  void whatWasBackedUpOpensAgainInAnotherFolder() {
    LocalConfig config = LocalConfig.of(folder.resolve("first"), "one");
    KmsServiceManager before = keys(config);
    before.manager().ensureKey("orders");
    plain.createBucket(b -> b.bucket("backup"));
    try (S3Client s3 = sealing(before)) {
      s3.putObject(b -> b.bucket("backup").key("a"), RequestBody.fromString(TEXT));
    }
    before.stop();
    Path bundle = folder.resolve("bundle");
    KeyOperations.backup(config, bundle, secret("of the bundle"));
    LocalConfig other = LocalConfig.of(folder.resolve("second"), "two");
    keys(other).stop();
    KeyOperations.restore(bundle, secret("of the bundle"), other);
    KmsServiceManager after = keys(other);
    try (S3Client s3 = sealing(after)) {
      assertThat(read(s3, "backup")).isEqualTo(TEXT);
    }
    after.stop();
  }

  @Test
  void theOldPassphraseOpensNothingAndRunningProcessesGoOn() {
    LocalConfig config = LocalConfig.of(folder.resolve("passphrase"), "old");
    KmsServiceManager running = keys(config);
    running.manager().ensureKey("orders");
    KeyOperations.changePassphrase(config, secret("new"));
    assertThat(running.manager().describeKey("orders").keyId()).isEqualTo("orders");
    running.stop();
    assertThatThrownBy(() -> keys(config))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("passphrase");
    LocalConfig changed = LocalConfig.of(folder.resolve("passphrase"), "new");
    KeyOperations.newRootKey(changed);
    KmsServiceManager again = keys(changed);
    assertThat(again.manager().describeKey("orders").keyId()).isEqualTo("orders");
    again.stop();
  }

  /** With the key folder of earlier, and the envelope of earlier beside the bytes of today. */
  @Test
  void aNewVersionDoesNotHelpAgainstAnOldKeyAndANewPutDoes() throws Exception {
    LocalConfig config = LocalConfig.of(folder.resolve("ours"), "ours");
    KmsServiceManager ours = keys(config);
    ours.manager().ensureKey("orders");
    plain.createBucket(b -> b.bucket("leaver"));
    plain.putBucketVersioning(
        b ->
            b.bucket("leaver")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    try (S3Client s3 = sealing(ours)) {
      s3.putObject(b -> b.bucket("leaver").key("a"), RequestBody.fromString(TEXT));
      Map<String, String> takenEnvelope =
          plain.headObject(b -> b.bucket("leaver").key("a")).metadata();
      Path bundle = folder.resolve("taken");
      KeyOperations.backup(config, bundle, secret("taken"));
      LocalConfig his = LocalConfig.of(folder.resolve("his"), "his");
      keys(his).stop();
      KeyOperations.restore(bundle, secret("taken"), his);
      KmsServiceManager taken = keys(his);

      Clients clients = Clients.of(plain, s3);
      KeyOperations.newVersion(ours.manager(), clients, "orders", "leaver", folder.resolve("run"));
      assertThat(plain.headObject(b -> b.bucket("leaver").key("a")).metadata())
          .isNotEqualTo(takenEnvelope);
      assertThat(read(s3, "leaver")).isEqualTo(TEXT);
      assertThat(openedBy(taken, takenEnvelope)).isEqualTo(TEXT);

      KeyOperations.sealAgain(s3, "leaver", "a");
      KeyOperations.deleteOldVersions(s3, "leaver", "a");
      assertThat(read(s3, "leaver")).isEqualTo(TEXT);
      assertThatThrownBy(() -> openedBy(taken, takenEnvelope))
          .isInstanceOf(ClavigerS3Exception.class);
      assertThat(plain.listObjectVersions(b -> b.bucket("leaver").prefix("a")).versions().stream())
          .hasSize(1);
      taken.stop();
    }
    ours.stop();
  }

  /** Puts the bytes that are stored and an envelope under the same name in a store of his own. */
  private static String openedBy(KmsServiceManager taken, Map<String, String> envelope) {
    byte[] bytes = stored("leaver");
    try (Store his = Store.open(null);
        S3Client hisPlain = his.client();
        S3Client opening =
            his.client(
                ClavigerInterceptor.builder().provider(new ClavigerProvider(taken)).build())) {
      hisPlain.createBucket(b -> b.bucket("leaver"));
      hisPlain.putObject(
          b -> b.bucket("leaver").key("a").metadata(envelope), RequestBody.fromBytes(bytes));
      return read(opening, "leaver");
    }
  }
}
