package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.local.LocalBackendFactory;
import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.ConfigureKmsRequest;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever blames the configuration names the setting, for programs and in the message. */
class ConfigurationFieldsTest {
  private static final Pattern WITHOUT_FIELD =
      Pattern.compile("KmsException\\.of\\(\\s*ErrorKind\\.INVALID_CONFIGURATION");

  @TempDir Path folder;

  private static void blames(String field, ThrowingCallable call) {
    ConfigurationException e = catchThrowableOfType(ConfigurationException.class, call);
    assertThat(e).as(field).isNotNull();
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(e.field()).as(e.getMessage()).contains(field);
    assertThat(e).hasMessageStartingWith("config \"%s\"".formatted(field));
    assertThat(e.getMessage()).hasLineCount(1);
  }

  private static KmsServiceManager start(KmsConfig config) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(config);
    service.start();
    return service;
  }

  private static KmsBackend open(LocalConfig local) {
    return new LocalBackendFactory()
        .create(BackendFields.of(local.toMapWithSecrets()), BackendSettings.DEFAULT);
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The table of kinds makes such an exception too, so nothing else keeps a field from missing. */
  @Test
  void nothingInTheLibraryBlamesTheConfigurationWithoutAField() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      assertThat(sources.filter(source -> source.toString().endsWith(".java")))
          .hasSizeGreaterThan(100)
          .allSatisfy(
              source -> assertThat(Files.readString(source)).doesNotContainPattern(WITHOUT_FIELD));
    }
  }

  @Test
  void keyFolders() throws IOException {
    Path keys = folder.resolve("keys");
    open(LocalConfig.of(keys, "right")).close();
    blames("master_key", () -> open(LocalConfig.of(keys, "wrong")));
    blames("key_dir", () -> open(LocalConfig.of(folder.resolve("n"), "p").withoutCreating()));
    Path file = Files.writeString(folder.resolve("file"), "");
    blames("key_dir", () -> open(LocalConfig.of(file.resolve("keys"), "p")));
    Path rustfs = Files.createDirectory(folder.resolve("rustfs"));
    Files.write(rustfs.resolve(".master-key.salt"), new byte[16]);
    blames("key_dir", () -> LocalKeyFolder.open(LocalConfig.of(rustfs, "p")));
    Path forAll = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(forAll, PosixFilePermissions.fromString("rwxrwxrwx"));
    blames("key_dir", () -> LocalKeyFolder.open(LocalConfig.of(forAll, "p")));
  }

  @Test
  void passphrasesThatChangeAndThoseOfBundles() {
    LocalConfig config = LocalConfig.of(folder.resolve("keys"), "old");
    KmsBackend running = open(config);
    Path bundle = folder.resolve("bundle.json");
    try (LocalKeyFolder operator = LocalKeyFolder.open(config);
        SecretBytes next = secret("new");
        SecretBytes right = secret("bundle");
        SecretBytes wrong = secret("wrong")) {
      operator.exportTo(bundle, right);
      blames("passphrase", () -> operator.importFrom(bundle, wrong));
      operator.changePassphrase(next);
      operator.rotateRoot();
    }
    blames("master_key", () -> running.createKey(CreateKeyRequest.named("k")));
    running.close();
  }

  @Test
  void backendsAndRequests() {
    blames("backend_type", () -> start(KmsConfig.of(CustomConfig.of("Etcd"))));
    blames("backend_type", () -> ConfigureKmsRequest.fromJson("{}"));
    blames("colour", () -> start(KmsConfig.of(CustomConfig.of("memory", Map.of("colour", "red")))));
  }

  @ParameterizedTest
  @CsvSource({
    "backend_type=memory word, security.provider",
    "config=/none.properties backend_type=memory, security.provider",
    "backend_type=Etcd, backend_type",
    "backend_type=memory colour=red, colour",
  })
  void argumentsOfTheProvider(String argument, String field) {
    ClavigerProvider provider = (ClavigerProvider) new ClavigerProvider().configure(argument);
    blames(field, () -> provider.serviceManager().manager());
  }

  @Test
  void aCallAtTheWrongTimeBlamesTheCall() {
    KmsServiceManager service = start(KmsConfig.of(CustomConfig.of("memory")));
    KmsException e =
        catchThrowableOfType(
            KmsException.class, () -> service.configure(KmsConfig.of(CustomConfig.of("memory"))));
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
    assertThat(e).hasMessageContaining("call reconfigure");
    service.stop();
  }
}
