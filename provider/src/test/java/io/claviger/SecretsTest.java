package io.claviger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.AuthMethod;
import io.claviger.config.AwsCredentials;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.BackendConfig;
import io.claviger.config.ConfigureKmsRequest;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.config.StaticConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.encryption.CustomerKey;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsImportRawKeySpec;
import io.claviger.kms.BackendFields;
import io.claviger.kms.DataKey;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeySpec;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret in {@code toString}, JSON, logs, messages or causes, of any type that holds one. */
class SecretsTest {
  private static final String TEXT = "Zz-secret-material-0123456789-zZ";
  private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);
  private static final List<String> FORMS =
      List.of(
          TEXT,
          Base64.getEncoder().encodeToString(BYTES),
          HexFormat.of().formatHex(BYTES),
          java.util.Arrays.toString(BYTES));

  private static final VaultConnection VAULT =
      VaultConnection.of(URI.create("https://v:8200"), AuthMethod.Token.of(TEXT));

  /**
   * Types that hold secrets inside one call only, in no public place or as a class that says
   * nothing of itself (Object's toString).
   */
  private static final Set<String> NEVER_PRINTED =
      Set.of(
          "io.claviger.backend.vault.WrappedSecretId",
          "io.claviger.encryption.BucketKeys$InUse",
          "io.claviger.encryption.BucketKeys$Lent",
          "io.claviger.encryption.ObjectOpener",
          "io.claviger.encryption.PartSequence",
          "io.claviger.encryption.RangeSequence",
          "io.claviger.encryption.S3EncryptionClientMessage",
          "io.claviger.encryption.SegmentStream",
          "io.claviger.encryption.WrappedDataKey");

  private static List<Object> holders() {
    SecretBytes secret = SecretBytes.copyOf(BYTES);
    KeyVersion version = KeyVersion.of(1, BYTES, Instant.EPOCH);
    List<Object> all = new ArrayList<>();
    all.add(secret);
    all.add(new DataKey("k", 1, KeySpec.AES_256, secret.copy(), new byte[4]));
    all.add(new EncryptRequest("k", secret, EncryptionContext.of(Map.of("tenant", TEXT))));
    all.add(new ImportKeyRequest("k", secret, KeyUsage.ENCRYPT_DECRYPT, "", Map.of()));
    all.add(KmsImportRawKeySpec.importRawKey("k", BYTES, KeyUsage.ENCRYPT_DECRYPT));
    all.add(CustomerKey.of(BYTES));
    all.add(S3EncryptionClientKeys.objectsUpTo(1).aes(new SecretKeySpec(BYTES, "AES")));
    all.add(version);
    all.add(List.of(version));
    all.addAll(configs());
    for (BackendConfig config : configs()) {
      KmsConfig whole = KmsConfig.of(config);
      all.add(whole);
      all.add(whole.toBuilder());
      all.add(whole.toJson());
      all.add(config.toMap());
      all.add(BackendFields.of(config.toMapWithSecrets()));
    }
    all.add(AuthMethod.Token.of(TEXT));
    all.add(AuthMethod.AppRole.of("r", TEXT));
    all.add(AwsCredentials.AccessKey.of("a", TEXT).withSessionToken(TEXT));
    all.add(VAULT);
    all.add(
        ConfigureKmsRequest.fromJson(
            "{\"backend_type\":\"Local\",\"key_dir\":\"/k\",\"master_key\":\"" + TEXT + "\"}"));
    return all;
  }

  private static List<BackendConfig> configs() {
    CustomConfig own = CustomConfig.of("own", Map.of("password", TEXT));
    return List.of(
        LocalConfig.of(Path.of("/k"), TEXT),
        new StaticConfig("k", SecretBytes.copyOf(BYTES)),
        VaultConfig.of(VAULT).sealedByMasterKey(TEXT),
        VaultTransitConfig.of(VAULT),
        AwsKmsConfig.of("eu-central-1").withCredentials(AwsCredentials.AccessKey.of("a", TEXT)),
        own);
  }

  private static void assertClean(String what, String text) {
    for (String form : FORMS) {
      assertThat(text).as(what).doesNotContain(form);
    }
  }

  @Test
  void noTypeShowsItsSecret() {
    for (Object holder : holders()) {
      assertClean(holder.getClass().getName(), holder.toString());
    }
  }

  /** So that a new type with a secret cannot be forgotten here. */
  @Test
  void everyTypeThatHoldsASecretIsAmongThem() {
    Set<String> tried =
        holders().stream().map(holder -> holder.getClass().getName()).collect(Collectors.toSet());
    tried.add(KeyRecord.class.getName());
    Set<String> holding = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.claviger")) {
      for (JavaField field : type.getFields()) {
        if (field.getRawType().isEquivalentTo(SecretBytes.class)
            && !type.reflect().isAnonymousClass()) {
          holding.add(type.getName());
        }
      }
    }
    holding.removeAll(NEVER_PRINTED);
    holding.remove("io.claviger.jca.KmsDataKey"); // tried below, through the provider
    assertThat(holding).isNotEmpty().isSubsetOf(tried);
  }

  @Test
  void noMessageNoCauseAndNoLogShowsIt(@TempDir Path folder) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      KmsServiceManager service = new KmsServiceManager();
      LocalConfig right = LocalConfig.of(folder.resolve("keys"), TEXT);
      service.configure(
          KmsConfig.builder(right)
              .allowInsecureDevDefaults(true)
              .timeout(KmsConfig.MAX_TIMEOUT.plusSeconds(1)) // logs a warning
              .build());
      service.start();
      service
          .manager()
          .importRawKey(
              new ImportKeyRequest(
                  "k", SecretBytes.copyOf(BYTES), KeyUsage.ENCRYPT_DECRYPT, "", Map.of()));
      ClavigerProvider provider = new ClavigerProvider(service);
      javax.crypto.KeyGenerator generator = javax.crypto.KeyGenerator.getInstance("AES", provider);
      assertClean("provider", provider + provider.entrySet().toString() + generator);
      List<ThrowingCallable> failing =
          List.of(
              () ->
                  service
                      .manager()
                      .importRawKey(
                          new ImportKeyRequest(
                              "k",
                              SecretBytes.copyOf(BYTES),
                              KeyUsage.ENCRYPT_DECRYPT,
                              "",
                              Map.of())),
              () ->
                  service
                      .manager()
                      .importRawKey(
                          new ImportKeyRequest(
                              "l",
                              SecretBytes.copyOf((TEXT + TEXT).getBytes(StandardCharsets.UTF_8)),
                              KeyUsage.ENCRYPT_DECRYPT,
                              "",
                              Map.of())),
              () -> KmsConfig.fromJson("{\"backend_type\":\"Local\",\"master_key\":\"" + TEXT),
              () ->
                  KmsConfig.fromJson(
                      "{\"backend_type\":\"Static\",\"secret_key\":\"k:" + TEXT + "*\"}"),
              () ->
                  service.reconfigure(
                      KmsConfig.builder(LocalConfig.of(folder.resolve("keys"), TEXT + "x"))
                          .allowInsecureDevDefaults(true)
                          .build()),
              () -> service.reconfigure(KmsConfig.of(configs().get(4))),
              () ->
                  MemoryBackend.create()
                      .encrypt(
                          new EncryptRequest(
                              "gone", SecretBytes.copyOf(BYTES), EncryptionContext.empty())));
      for (ThrowingCallable call : failing) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).isNotNull();
        java.io.StringWriter chain = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(chain));
        assertClean("exception chain", chain.toString());
      }
      service.stop();
    } finally {
      System.setErr(before);
    }
    assertThat(log.size()).as("something was logged").isPositive();
    assertClean("log", log.toString(StandardCharsets.UTF_8));
  }
}
