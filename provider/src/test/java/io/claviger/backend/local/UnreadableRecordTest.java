package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.LocalConfig;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing is written that could not be read again: a record takes the place of the one before, and
 * a bundle may be all that is left.
 */
class UnreadableRecordTest {
  private static final String HALF = "\ud83d";

  @TempDir Path temporary;

  private FolderFixture folder() {
    return new FolderFixture(temporary.resolve("keys")).make();
  }

  /** Longer than the JSON library reads names, and than it reads texts. */
  private static void damage(KmsBackend keys, String how) {
    switch (how) {
      case "half a character" -> keys.tagKey("k", Map.of(HALF, "x"));
      case "long name" -> keys.tagKey("k", Map.of("n".repeat(60_000), "x"));
      case "long value" -> keys.tagKey("k", Map.of("n", "x".repeat(21_000_000)));
      default -> keys.updateDescription("k", "x".repeat(21_000_000));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"half a character", "long name", "long value", "long description"})
  void aTextThatNoRecordCanHoldIsRefusedAndTheKeyStays(String how) {
    FolderFixture folder = folder();
    byte[] blob;
    try (KmsBackend keys = folder.backend()) {
      create(keys, "k");
      blob = encrypt(keys, "k");
      KmsException e = catchThrowableOfType(KmsException.class, () -> damage(keys, how));
      assertThat(e).hasMessageContaining("nothing was changed");
      assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
      assertOpens(keys, "k", blob);
    }
    try (KmsBackend keys = folder.backend()) {
      assertOpens(keys, "k", blob);
      assertThat(keys.describeKey(new DescribeKeyRequest("k")).tags()).isEmpty();
    }
  }

  @Test
  void anIdWithHalfACharacterIsNotTheOneWithAQuestionMark() {
    try (KmsBackend keys = folder().backend()) {
      create(keys, "k?");
      assertThatThrownBy(() -> keys.createKey(CreateKeyRequest.named("k" + HALF)))
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
          .hasMessageContaining("half of a surrogate pair");
      assertOpens(keys, "k?", encrypt(keys, "k?"));
    }
  }

  /** One text of the JSON holds all keys: 20 million characters are not the end. */
  @Test
  void aBundleOfAnySizeIsTakenBack() throws Exception {
    Path bundle = temporary.resolve("bundle");
    FolderFixture folder = folder();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "k");
      byte[] blob = encrypt(keys, "k");
      keys.updateDescription("k", "x".repeat(16_000_000));
      try (LocalKeyFolder from = LocalKeyFolder.open(folder.config())) {
        from.exportTo(bundle, secret("bundle"));
      }
      assertThat(Files.size(bundle)).isGreaterThan(20_000_000);
      FolderFixture other = new FolderFixture(temporary.resolve("other")).make();
      try (LocalKeyFolder to = LocalKeyFolder.open(other.config())) {
        assertThat(to.importFrom(bundle, secret("bundle")).imported()).containsExactly("k");
      }
      try (KmsBackend restored = other.backend()) {
        assertOpens(restored, "k", blob);
      }
    }
  }

  /** Of a file the white space around it is dropped: no configuration would open the folder. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "new\n", " new", "new\r\n", "\t", "\0\0\0"})
  void aPassphraseThatNoConfigurationGivesIsRefused(String passphrase) {
    FolderFixture folder = folder();
    Path bundle = temporary.resolve("bundle");
    try (LocalKeyFolder keys = LocalKeyFolder.open(folder.config())) {
      for (Runnable call :
          List.<Runnable>of(
              () -> keys.changePassphrase(secret(passphrase)),
              () -> keys.exportTo(bundle, secret(passphrase)),
              () -> keys.exportReadableTo(bundle, secret(passphrase)))) {
        KmsException e = catchThrowableOfType(KmsException.class, call::run);
        assertThat(e).hasMessageContaining("the new passphrase");
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
      }
    }
    assertThat(bundle).doesNotExist();
    LocalKeyFolder.open(folder.config()).close();
  }

  @Test
  void aPassphraseWithWhiteSpaceInItOpens() {
    FolderFixture folder = folder();
    try (LocalKeyFolder keys = LocalKeyFolder.open(folder.config())) {
      keys.changePassphrase(secret("a b\nc\u00a0"));
    }
    LocalKeyFolder.open(LocalConfig.of(folder.path, "a b\nc\u00a0")).close();
  }
}
