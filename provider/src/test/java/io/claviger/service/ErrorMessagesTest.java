package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.GoldenFile;
import io.claviger.config.ConfigureKmsRequest;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.config.StaticConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of error as a user sees it: one line that says what was found and what to do. The
 * whole lines are in {@code messages/kms.txt}.
 */
class ErrorMessagesTest {
  /** For caches of others' backends, for broken JDKs, and for defects of this library. */
  private static final Set<ErrorKind> NOT_TO_BE_PROVOKED =
      EnumSet.of(ErrorKind.CACHE_FAILURE, ErrorKind.CRYPTO_FAILURE, ErrorKind.INTERNAL);

  private static final EncryptionContext NONE = EncryptionContext.empty();

  @TempDir Path folder;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private final Set<ErrorKind> seen = EnumSet.noneOf(ErrorKind.class);

  private void says(String what, ErrorKind kind, ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).as(what).isNotNull();
    assertThat(e.kind()).as(what).isEqualTo(kind);
    assertThat(e.getMessage()).hasLineCount(1);
    seen.add(kind);
    String line =
        e.getMessage()
            .replace(folder.toString(), "FOLDER")
            .replaceAll("[0-9a-f-]+\\.record", "HASH-GENERATION-RANDOM.record");
    // the lists grow with the backends and their fields, which have tests of their own
    lines.put(kind + " " + what, line.replaceAll("(found|known are) \\[[^]]*]", "$1 [..]"));
  }

  private static KmsManager running(KmsConfig config) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(config);
    service.start();
    return service.manager();
  }

  private KmsConfig local(Path keys, String passphrase) {
    return KmsConfig.builder(LocalConfig.of(keys, passphrase))
        .allowInsecureDevDefaults(true)
        .build();
  }

  @Test
  void everyKindSaysWhatToDo() throws IOException {
    configuration();
    keys();
    folderOfKeys();
    backends();
    assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(NOT_TO_BE_PROVOKED)));
    GoldenFile.check("kms.txt", lines);
  }

  private void configuration() throws IOException {
    Path file = folder.resolve("kms.properties");
    Files.writeString(file, "backend_type=Local\nkey_dir=/keys\nmaster_key=p\ncolour=red\n");
    says("unknown field", ErrorKind.INVALID_CONFIGURATION, () -> KmsConfig.fromFile(file));
    Path memory = folder.resolve("memory.properties");
    Files.writeString(memory, "backend_type=memory\ncolour=red\n");
    says(
        "unknown field of memory",
        ErrorKind.INVALID_CONFIGURATION,
        () -> running(KmsConfig.fromFile(memory)));
    says(
        "request without backend",
        ErrorKind.INVALID_CONFIGURATION,
        () -> ConfigureKmsRequest.fromJson("{}"));
    says(
        "backend that is not there",
        ErrorKind.INVALID_CONFIGURATION,
        () -> running(KmsConfig.of(CustomConfig.of("Etcd"))));
    says("not started", ErrorKind.NOT_RUNNING, () -> new KmsServiceManager().start());
    says(
        "not running",
        ErrorKind.NOT_RUNNING,
        () -> new KmsServiceManager().manager().describeKey("k"));
  }

  private void keys() {
    KmsManager kms = running(KmsConfig.of(CustomConfig.of("memory")));
    says("missing key", ErrorKind.KEY_NOT_FOUND, () -> kms.describeKey("orders"));
    kms.createKey("orders");
    says("key again", ErrorKind.KEY_ALREADY_EXISTS, () -> kms.createKey("orders"));
    says("id that is no name", ErrorKind.INVALID_REQUEST, () -> kms.createKey(".."));
    says(
        "reserved context",
        ErrorKind.INVALID_REQUEST,
        () -> EncryptionContext.of(Map.of("claviger:use", "object")));
    byte[] blob = encrypt(kms, "orders");
    says(
        "another context",
        ErrorKind.NOT_AUTHENTIC,
        () ->
            kms.decrypt(
                new DecryptRequest("orders", blob, EncryptionContext.of(Map.of("tenant", "a")))));
    kms.disableKey("orders");
    says("disabled key", ErrorKind.INVALID_KEY_STATE, () -> encrypt(kms, "orders"));
    kms.createKey(CreateKeyRequest.named("sums").withUsage(KeyUsage.SIGN_VERIFY));
    says("key for another use", ErrorKind.INVALID_KEY_STATE, () -> encrypt(kms, "sums"));
    says(
        "immediate deletion",
        ErrorKind.ACCESS_DENIED,
        () -> kms.deleteKey(DeleteKeyRequest.immediate("orders", "orders")));
    try (SecretBytes secret = SecretBytes.copyOf(new byte[32])) {
      KmsManager fixed = running(KmsConfig.of(new StaticConfig("only", secret)));
      says("static key rotated", ErrorKind.UNSUPPORTED_CAPABILITY, () -> fixed.rotateKey("only"));
    }
  }

  private static byte[] encrypt(KmsManager kms, String id) {
    try (SecretBytes plain = SecretBytes.copyOf(new byte[1])) {
      return kms.encrypt(new EncryptRequest(id, plain, NONE)).ciphertextBlob();
    }
  }

  private void folderOfKeys() throws IOException {
    Path keys = folder.resolve("keys");
    KmsManager kms = running(local(keys, "right"));
    kms.createKey("orders");
    says("wrong passphrase", ErrorKind.INVALID_CONFIGURATION, () -> running(local(keys, "wrong")));
    Path file = Files.writeString(folder.resolve("file"), "");
    says(
        "folder not writable",
        ErrorKind.INVALID_CONFIGURATION,
        () -> running(local(file.resolve("keys"), "right")));
    try (DirectoryStream<Path> records = Files.newDirectoryStream(keys, "*.record")) {
      Files.write(records.iterator().next(), new byte[9]);
    }
    KmsManager next = running(local(keys, "right"));
    says("damaged record", ErrorKind.CORRUPT_RECORD, () -> next.describeKey("orders"));
    says(
        "folder that must be there",
        ErrorKind.INVALID_CONFIGURATION,
        () ->
            running(
                KmsConfig.builder(LocalConfig.of(folder.resolve("none"), "p").withoutCreating())
                    .allowInsecureDevDefaults(true)
                    .build()));
    Files.write(keys.resolve(".claviger-manifest"), new byte[9]);
    says("damaged manifest", ErrorKind.CORRUPT_RECORD, () -> running(local(keys, "right")));
  }

  private void backends() {
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    factory.shared.createKey(CreateKeyRequest.named("k"));
    KmsServiceManager service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .pause(
                    time -> {
                      throw new InterruptedException();
                    })
                .build());
    service.configure(KmsConfig.of(CustomConfig.of(TroubledFactory.TYPE)));
    service.start();
    factory.before =
        operation -> {
          throw TroubledFactory.down();
        };
    KmsManager kms = service.manager();
    byte[] blob = new byte[3];
    says(
        "interrupted", ErrorKind.TIMED_OUT, () -> kms.decrypt(new DecryptRequest("k", blob, NONE)));
    assertThat(Thread.interrupted()).isTrue();
    for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
      catchThrowableOfType(KmsException.class, () -> kms.disableKey("k"));
    }
    says("left alone", ErrorKind.UNAVAILABLE, () -> kms.disableKey("k"));
    AsyncKmsManager async =
        kms.async(
            task -> {
              throw new RejectedExecutionException();
            });
    says(
        "executor full",
        ErrorKind.RATE_LIMITED,
        () -> {
          try {
            async.describeKey("k").toCompletableFuture().join();
          } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause();
          }
        });
    service.stop();
  }
}
