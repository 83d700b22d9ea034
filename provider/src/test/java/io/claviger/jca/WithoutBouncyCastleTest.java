package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A class path without BouncyCastle, or with bc-fips in its place: all works but Argon2id, which
 * says what it needs.
 */
class WithoutBouncyCastleTest {
  private static final Path BC_FIPS = Path.of("target", "bc-fips", "bc-fips.jar").toAbsolutePath();

  @TempDir Path folder;

  private static String without() {
    return Stream.of(ChildJvm.CLASS_PATH.split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("bc"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Ahead of all others, where its classes would win over those of the same names. */
  private static String withBcFips() {
    assertThat(BC_FIPS).exists();
    return BC_FIPS + File.pathSeparator + without();
  }

  static Stream<Arguments> homesAndPaths() {
    return ChildJvm.homes().stream()
        .flatMap(home -> Stream.of(without(), withBcFips()).map(path -> arguments(home, path)));
  }

  @ParameterizedTest
  @MethodSource("homesAndPaths")
  void aKeyFolderUnderPbkdf2Works(String home, String path) throws Exception {
    String said =
        ChildJvm.java(
            home,
            List.of("-cp", path, "-Dclaviger.passphrase_kdf=pbkdf2"),
            WithoutBouncyCastle.class.getName(),
            folder.resolve("keys").toString());
    assertThat(said).contains("sealed and opened").contains("opened again");
  }

  @ParameterizedTest
  @MethodSource("homesAndPaths")
  void argon2idSaysWhatItNeeds(String home, String path) throws Exception {
    ChildJvm.Ended ended =
        ChildJvm.ended(
            List.of(
                home + "/bin/java",
                "-cp",
                path,
                WithoutBouncyCastle.class.getName(),
                folder.resolve("other").toString()));
    assertThat(ended.status()).isNotZero();
    assertThat(ended.output())
        .contains("needs BouncyCastle (org.bouncycastle:bcprov-jdk18on")
        .contains("-Dclaviger.passphrase_kdf=pbkdf2");
  }
}
