package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A class path without BouncyCastle: all works but Argon2id, which says what it needs. */
class WithoutBouncyCastleTest {
  @TempDir Path folder;

  static Stream<String> homes() {
    return ChildJvm.homes().stream();
  }

  private static String pathWithout() {
    return Stream.of(ChildJvm.CLASS_PATH.split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("bc"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @ParameterizedTest
  @MethodSource("homes")
  void aKeyFolderUnderPbkdf2Works(String home) throws Exception {
    String said =
        ChildJvm.java(
            home,
            List.of("-cp", pathWithout(), "-Dclaviger.passphrase_kdf=pbkdf2"),
            WithoutBouncyCastle.class.getName(),
            folder.resolve("keys").toString());
    assertThat(said).contains("sealed and opened").contains("opened again");
  }

  @ParameterizedTest
  @MethodSource("homes")
  void argon2idSaysWhatItNeeds(String home) throws Exception {
    ChildJvm.Ended ended =
        ChildJvm.ended(
            List.of(
                home + "/bin/java",
                "-cp",
                pathWithout(),
                WithoutBouncyCastle.class.getName(),
                folder.resolve("other").toString()));
    assertThat(ended.status()).isNotZero();
    assertThat(ended.output())
        .contains("needs BouncyCastle (org.bouncycastle:bcprov-jdk18on")
        .contains("-Dclaviger.passphrase_kdf=pbkdf2");
  }
}
