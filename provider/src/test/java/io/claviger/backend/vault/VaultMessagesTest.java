package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.GoldenFile;
import io.claviger.backend.keyring.Argon2Key;
import io.claviger.backend.vault.FakeVault.Answer;
import io.claviger.config.AuthMethod;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.config.KmsConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said of Vault and of logins there, in whole lines: {@code messages/vault.txt}. What
 * blames the configuration names the setting.
 */
class VaultMessagesTest {
  private static final String TOKEN = "hvs.Zz9q";
  private static final String HEALTH = "GET sys/health?standbyok=true&perfstandbyok=true";
  private static final String LIST = "GET transit/keys?list=true";
  private static final String KEY = "GET transit/keys/k";
  private static final String ROOT = "secret/data/rustfs/kms/keys/.claviger/root";
  private static final String LOGIN = "POST auth/approle/login";
  private static final String WRAPPED_AT = "auth/approle/role/r/secret-id";
  private static final Answer NO_MOUNT =
      Answer.of(404, "{\"errors\":[\"no handler for route \\\"x\\\"\"]}");
  private static final Answer DENIED = Answer.of(403, "{\"errors\":[\"permission denied\"]}");

  @TempDir Path folder;
  private final FakeVault vault = new FakeVault();
  private final Map<String, String> lines = new LinkedHashMap<>();

  @AfterEach
  void close() {
    vault.close();
  }

  private KmsException says(String what, ErrorKind kind, ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).as(what).isNotNull();
    assertThat(e.kind()).as("%s: %s", what, e.getMessage()).isEqualTo(kind);
    assertThat(e.getMessage()).hasLineCount(1).doesNotContain(TOKEN);
    lines.put(
        kind + " " + what,
        e.getMessage()
            .replace(vault.address().toString(), "ADDRESS")
            .replace(folder.toString(), "FOLDER")
            .replaceAll("again in \\d+ s", "again in N s"));
    vault.usual();
    return e;
  }

  private void blames(String field, String what, ThrowingCallable call) {
    KmsException e = says(what, ErrorKind.INVALID_CONFIGURATION, call);
    assertThat(e).isInstanceOf(ConfigurationException.class);
    assertThat(((ConfigurationException) e).field()).as(what).contains(field);
  }

  private KmsServiceManager transit(AuthMethod login) {
    return vault.service(login, c -> c);
  }

  private KmsServiceManager transit() {
    return transit(AuthMethod.Token.of(TOKEN));
  }

  /** Calls a service over Transit that has begun when Vault was well. */
  private ThrowingCallable running(String line, Answer answer, Consumer<KmsServiceManager> call) {
    return () -> {
      KmsServiceManager service = transit();
      service.start();
      vault.answer(line, answer);
      try {
        call.accept(service);
      } finally {
        service.stop();
      }
    };
  }

  private KmsServiceManager kv(boolean byMasterKey) {
    VaultConfig config =
        VaultConfig.of(VaultConnection.of(vault.address(), AuthMethod.Token.of(TOKEN)));
    KmsServiceManager service = new KmsServiceManager();
    service.configure(
        KmsConfig.builder(byMasterKey ? config.sealedByMasterKey("passphrase") : config)
            .allowInsecureDevDefaults(true)
            .retryAttempts(1)
            .build());
    return service;
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("secret"), content);
  }

  @Test
  void everyLine() throws IOException {
    mounts();
    answers();
    logins();
    wrappedSecretIds();
    GoldenFile.check("vault.txt", lines);
  }

  private void mounts() {
    vault.answer(HEALTH, NO_MOUNT);
    blames("address", "no such path in Vault itself", transit()::start);
    vault.answer(LIST, NO_MOUNT);
    blames("mount_path", "Transit not mounted", transit()::start);
    blames(
        "metadata_kv_mount",
        "KV for metadata not mounted",
        running(
            "GET secret/data/rustfs/kms/transit-metadata/k",
            NO_MOUNT,
            service -> service.manager().describeKey("k")));
    vault.answer("GET " + ROOT, NO_MOUNT);
    blames("kv_mount", "KV not mounted", kv(true)::start);
    vault.answer("POST " + ROOT, "{\"data\":{}}");
    blames("kv_mount", "KV of version 1", kv(true)::start);
    vault.answer(
        "POST transit/encrypt/" + VaultConfig.DEFAULT_ROOT_KEY_NAME,
        Answer.of(400, "{\"errors\":[\"encryption key not found\"]}"));
    blames("root_key_name", "no Transit key for KV", kv(false)::start);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    Argon2Key.usual(new byte[16]).write(root);
    root.put("root", Base64.getEncoder().encodeToString(new byte[72]));
    vault.answer(
        "GET " + ROOT, "{\"data\":{\"data\":%s,\"metadata\":{\"version\":1}}}".formatted(root));
    blames("master_key", "wrong passphrase for KV", kv(true)::start);
  }

  private void answers() {
    vault.answer(HEALTH, Answer.of(503, "{\"sealed\":true}"));
    says("sealed", ErrorKind.UNAVAILABLE, transit()::start);
    says(
        "performance standby",
        ErrorKind.UNAVAILABLE,
        running(KEY, Answer.of(473, ""), service -> service.manager().describeKey("k")));
    says(
        "page of a proxy",
        ErrorKind.UNAVAILABLE,
        running(
            LIST,
            Answer.ok("<html>login</html>"),
            service -> service.manager().listKeys(ListKeysRequest.first())));
    says(
        "denied by policy",
        ErrorKind.ACCESS_DENIED,
        running(KEY, DENIED, service -> service.manager().describeKey("k")));
    says(
        "no such key",
        ErrorKind.KEY_NOT_FOUND,
        running(
            KEY, Answer.of(404, "{\"errors\":[]}"), service -> service.manager().describeKey("k")));
  }

  private void logins() throws IOException {
    vault.answer("GET auth/token/lookup-self", DENIED);
    says("token refused", ErrorKind.ACCESS_DENIED, transit()::start);
    Path file = file(TOKEN + "\n" + TOKEN);
    says("token of two lines", ErrorKind.ACCESS_DENIED, transit(TokenFile.of(file))::start);
    file("");
    says("token file empty", ErrorKind.ACCESS_DENIED, transit(TokenFile.of(file))::start);
    file(TOKEN + " x");
    says("token with a blank", ErrorKind.ACCESS_DENIED, transit(TokenFile.of(file))::start);
    says(
        "token file missing",
        ErrorKind.ACCESS_DENIED,
        transit(TokenFile.of(folder.resolve("none")))::start);
    blames(
        "vault_token",
        "token of two lines in the configuration",
        () -> transit(AuthMethod.Token.of(TOKEN + "\n" + TOKEN)));
    file("wrong");
    Answer wrong = Answer.of(400, "{\"errors\":[\"invalid role or secret ID\"]}");
    AppRole role = AppRole.ofFile("r", file);
    vault.answer(LOGIN, wrong);
    says("wrong secret id", ErrorKind.ACCESS_DENIED, transit(role)::start);
    boolean isLeftAlone = false;
    for (int i = 0; i < RefusedLogins.MOST && !isLeftAlone; i++) { // more are sent if it is slow
      vault.answer(LOGIN, wrong);
      isLeftAlone =
          says("wrong secret id again", ErrorKind.ACCESS_DENIED, transit(role)::start)
              .getMessage()
              .contains("sent again");
    }
    assertThat(isLeftAlone).isTrue();
    vault.answer(LOGIN, wrong);
    says(
        "role that wants a secret id",
        ErrorKind.ACCESS_DENIED,
        transit(AppRole.withoutSecretId("bare"))::start);
  }

  private void wrappedSecretIds() throws IOException {
    Path one = Files.writeString(folder.resolve("one"), TOKEN + 1);
    vault.answer(
        "POST sys/wrapping/lookup", "{\"data\":{\"creation_path\":\"sys/wrapping/wrap\"}}");
    says(
        "secret id wrapped elsewhere",
        ErrorKind.ACCESS_DENIED,
        transit(AppRole.ofFile("one", one).wrappedAt(WRAPPED_AT))::start);
    Path other = Files.writeString(folder.resolve("other"), TOKEN + 2);
    vault.answer(
        "POST sys/wrapping/lookup", "{\"data\":{\"creation_path\":\"%s\"}}".formatted(WRAPPED_AT));
    vault.answer(
        "POST sys/wrapping/unwrap",
        Answer.of(400, "{\"errors\":[\"wrapping token is not valid\"]}"));
    says(
        "secret id unwrapped before",
        ErrorKind.ACCESS_DENIED,
        transit(AppRole.ofFile("other", other).wrappedAt(WRAPPED_AT))::start);
  }
}
