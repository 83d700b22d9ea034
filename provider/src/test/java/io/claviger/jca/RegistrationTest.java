package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.child.Program;
import io.claviger.kms.KmsException;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registration by the JDK's security properties, in processes of their own; and configure. */
class RegistrationTest {
  private static final List<String> REQUIRED =
      List.of("jackson-", "caffeine-", "bcprov-", "slf4j-api-", "jspecify-", "vault-java-driver-");

  @TempDir Path folder;

  static List<String> homes() {
    return ChildJvm.homes();
  }

  private Path securityProperties(String argument) throws Exception {
    int next = Security.getProviders().length + 1;
    return Files.writeString(
        folder.resolve("java.security"),
        "security.provider.%d=Claviger %s\n".formatted(next, argument));
  }

  /** The provider and what its module requires; the rest of the tests' class path is no module. */
  private static String modulePath() {
    return modulePath(REQUIRED);
  }

  private static String modulePath(List<String> required) {
    return Arrays.stream(ChildJvm.CLASS_PATH.split(File.pathSeparator))
        .filter(
            place ->
                place.endsWith(Path.of("provider", "target", "classes").toString())
                    || required.stream()
                        .anyMatch(Path.of(place).getFileName().toString()::startsWith))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String testClasses() throws Exception {
    return Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  @ParameterizedTest
  @MethodSource("homes")
  void onTheClassPathByFile(String home) throws Exception {
    Path config = Files.writeString(folder.resolve("c.properties"), "backend_type=memory\n");
    String output =
        ChildJvm.java(
            home,
            List.of(
                "-Djava.security.properties=" + securityProperties(config.toString()),
                "-cp",
                ChildJvm.CLASS_PATH),
            Program.class.getName());
    assertThat(output)
        .contains("served by Claviger, last is Claviger, 20 bytes, named module false")
        .contains("Claviger: registered at place")
        .contains("answers");
  }

  @ParameterizedTest
  @MethodSource("homes")
  void onTheModulePathByFields(String home) throws Exception {
    String output =
        ChildJvm.java(
            home,
            List.of(
                "-Djava.security.properties="
                    + securityProperties("backend_type=memory instance=eu retry_attempts=2"),
                "--module-path",
                modulePath(),
                "--add-modules",
                "io.claviger.provider",
                "-cp",
                testClasses()),
            Program.class.getName());
    assertThat(output)
        .contains("served by Claviger-eu, last is Claviger-eu, 20 bytes, named module true");
  }

  /** Nothing requires it by name; the JDK binds it, since it has a provider. */
  @ParameterizedTest
  @MethodSource("homes")
  void onTheModulePathArgon2idFindsBouncyCastle(String home) throws Exception {
    assertThat(keyFolderOnTheModulePath(home, modulePath()))
        .contains("served by Claviger, last is Claviger, 20 bytes, named module true");
  }

  @ParameterizedTest
  @MethodSource("homes")
  void onTheModulePathBouncyCastleMayBeMissing(String home) throws Exception {
    List<String> without = REQUIRED.stream().filter(name -> !name.startsWith("bc")).toList();
    assertThat(
            keyFolderOnTheModulePath(home, modulePath(without), "-Dclaviger.passphrase_kdf=pbkdf2"))
        .contains("served by Claviger, last is Claviger, 20 bytes, named module true");
  }

  private String keyFolderOnTheModulePath(String home, String modulePath, String... options)
      throws Exception {
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "long and made at random");
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(
        List.of(
            "-Djava.security.properties="
                + securityProperties(
                    "backend_type=Local allow_insecure_dev_defaults=true key_dir=%s master_key_file=%s"
                        .formatted(folder.resolve("keys"), passphrase)),
            "--module-path",
            modulePath,
            "--add-modules",
            "io.claviger.provider",
            "-cp",
            testClasses()));
    return ChildJvm.java(home, all, Program.class.getName());
  }

  @Test
  void firstUseWarmsUpUnlessSwitchedOff() throws Exception {
    assertThat(loggedWith("-Dclaviger.warm_up=true")).containsOnlyOnce("warming up for 200 ms");
    assertThat(loggedWith("-Dclaviger.warm_up=false")).doesNotContain("warming up");
  }

  private String loggedWith(String option) throws Exception {
    return ChildJvm.java(
        System.getProperty("java.home"),
        List.of(
            "-Djava.security.properties=" + securityProperties("backend_type=memory"),
            "-Dorg.slf4j.simpleLogger.log.io.claviger.engine.WarmUp=debug",
            option,
            "-cp",
            ChildJvm.CLASS_PATH),
        Program.class.getName());
  }

  @Test
  void theServiceLoaderFindsIt() {
    assertThat(ServiceLoader.load(Provider.class).stream().map(p -> p.type().getName()))
        .contains(ClavigerProvider.class.getName());
  }

  /**
   * The JDK would drop the provider without a word, or break calls that have nothing to do with it.
   */
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "/no/such/file.properties",
        "\0",
        "backend_type=",
        "backend_type=nothing",
        "retry_attempts=often",
        "=",
        "backend_type=memory word",
        "config=/no/such/file.json",
        "config=/etc/c.json backend_type=memory",
        "{\"json\": 1}",
        "instance= backend_type=x",
        "backend_type=memory backend_type=memory unknown=1"
      })
  void configuringNeverFailsAndFirstUseReports(String argument) {
    ClavigerProvider configured = (ClavigerProvider) new ClavigerProvider().configure(argument);
    assertThat(configured.getName()).isEqualTo("Claviger");
    assertThat(configured.isConfigured()).isTrue();
    assertThat(configured.getServices()).isNotEmpty();
    assertThatThrownBy(() -> configured.key("k")).isInstanceOf(KmsException.class);
    assertThat(configured.selfCheck().problem()).isPresent();
    Security.addProvider(configured);
    try {
      assertThat(configured.selfCheck().isRegistered()).isTrue();
      assertThat(Stream.of(Security.getProviders()).map(Provider::getName)).contains("Claviger");
    } finally {
      Security.removeProvider("Claviger");
    }
  }

  @Test
  void fieldsInlineMakeAnInstance() throws Exception {
    List<Provider> all = new ArrayList<>();
    all.add(new ClavigerProvider().configure("backend_type=memory,instance=a"));
    all.add(new ClavigerProvider().configure("backend_type=memory instance=b default_key_id=k"));
    Path file = Files.writeString(folder.resolve("c.json"), "{\"backend_type\": \"memory\"}");
    all.add(new ClavigerProvider().configure("config=" + file + " instance=c"));
    assertThat(all.stream().map(Provider::getName))
        .containsExactly("Claviger-a", "Claviger-b", "Claviger-c");
    for (Provider each : all) {
      assertThat(((ClavigerProvider) each).selfCheck().isHealthy()).isTrue();
      ((ClavigerProvider) each).serviceManager().stop();
    }
  }

  @Test
  void aMissingFileIsNamedAsTheArgumentNamesIt() {
    ClavigerProvider made =
        (ClavigerProvider) new ClavigerProvider().configure("/no/such/claviger.properties");
    assertThatThrownBy(made::serviceManager)
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("\"/no/such/claviger.properties\" is named as the configuration file")
        .hasMessageContaining("cannot be read")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("CLAVIGER_CONFIG"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"backend_type\":\"Local\",\"master_key\":\"hunter2\"}",
        "{'backend_type': 'Local', 'master_key' : 'hunter2'}",
        "backend_type=Local;key_dir=/keys;master_key=hunter2",
        "backend_type=Local&key_dir=/keys&master_key=hunter2",
        "backend_type=Local key_dir=/keys/master_key=hunter2",
        "/keys/claviger.properties;master_key=hunter2",
        "backend_type=VaultTransit address=https://vault:1/vault_token:hunter2",
      })
  void whatStandsInAnArgumentIsNeverShown(String argument) {
    ClavigerProvider wrong = (ClavigerProvider) new ClavigerProvider().configure(argument);
    Throwable thrown = catchThrowable(() -> wrong.key("k"));
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace + wrong.toString() + wrong.getInfo() + wrong.selfCheck())
        .doesNotContain("hunter2")
        .contains("blanks or commas");
  }

  @ParameterizedTest
  @CsvSource({
    "backend_type=Local key_dir=/k master_key=hunter2 master_key=other, gives \"master_key\" twice",
    "backend_type=Local key_dir=/k master_key=${hunter2}, holds ${..}",
    "backend_type=VaultTransit address=https://vault:1/?token=hunter2 vault_token=t, of their own",
    "backend_type=VaultTransit address=https://vault:1/#hunter2 vault_token=t, of their own",
  })
  void argumentsAreAsStrictAsFiles(String argument, String said) {
    ClavigerProvider wrong = (ClavigerProvider) new ClavigerProvider().configure(argument);
    assertThatThrownBy(() -> wrong.key("k"))
        .hasStackTraceContaining(said)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("hunter2"));
  }
}
