package io.claviger.cli.doctor;

import io.claviger.cli.shell.Advice;
import io.claviger.cli.shell.KeyService;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.ClavigerInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configuration, key service, key: each only when the one before is good. */
final class KeyChecks {
  static final String CONFIGURATION = "configuration";
  static final String OPTIONS = "options of the drop-in";
  static final String SERVICE = "key service";
  static final String KEY = "key";

  private final List<Finding> findings = new ArrayList<>();

  /** Returns what was found. */
  List<Finding> run() {
    KmsConfig config = configuration();
    Map<String, String> options = options();
    if (config == null) {
      findings.add(Finding.skipped(SERVICE, "there is no configuration"));
      findings.add(Finding.skipped(KEY, "there is no key service"));
    } else {
      service(config, options);
    }
    return findings;
  }

  private @Nullable KmsConfig configuration() {
    try {
      KmsConfig config = KeyService.config();
      config.validate();
      findings.add(Finding.ok(CONFIGURATION, "keys of type " + config.backend().typeName()));
      return config;
    } catch (KmsException e) {
      findings.add(
          Finding.problem(
              CONFIGURATION,
              Advice.of(String.valueOf(e.getMessage())),
              "set the variable that is named, or CLAVIGER_CONFIG to a file"
                  + " (docs/configuration.md)"));
      return null;
    }
  }

  private Map<String, String> options() {
    try {
      Map<String, String> options = ClavigerDropIn.options();
      ClavigerInterceptor.builder().options(options);
      findings.add(Finding.ok(OPTIONS, options.isEmpty() ? "all defaults" : options.toString()));
      return options;
    } catch (IllegalArgumentException e) {
      findings.add(
          Finding.problem(
              OPTIONS,
              String.valueOf(e.getMessage()),
              "correct CLAVIGER_S3_.. (docs/drop-in.md); until then every operation is refused"));
      return Map.of();
    }
  }

  private void service(KmsConfig config, Map<String, String> options) {
    try (KeyService service = KeyService.open(config)) {
      findings.add(Finding.ok(SERVICE, "answers"));
      key(service, options.getOrDefault("key_id", config.defaultKeyId().orElse("")));
    } catch (KmsException e) {
      findings.add(Finding.problem(SERVICE, String.valueOf(e.getMessage()), fix(config, e)));
      findings.add(Finding.skipped(KEY, "the key service cannot be used"));
    }
  }

  private static String fix(KmsConfig config, KmsException e) {
    boolean folder = config.backend() instanceof LocalConfig;
    if (e.kind() == ErrorKind.INVALID_CONFIGURATION) {
      return folder
          ? "check CLAVIGER_KEY_DIR (\"claviger key create\" makes a folder that is not there), and"
              + " that CLAVIGER_MASTER_KEY or CLAVIGER_MASTER_KEY_FILE holds the passphrase of"
              + " that folder"
          : "correct the setting that is named";
    }
    if (e.isRetryable()) {
      return folder
          ? "mount the folder, and check its rights"
          : "start the service, check CLAVIGER_ADDRESS, certificates and the network between";
    }
    return e.kind() == ErrorKind.CORRUPT_RECORD
        ? "\"claviger key folder check\" says what is damaged; docs/local-keys.md has a row for"
            + " each damage"
        : "check the login and the policies of the key service (docs/vault.md)";
  }

  private void key(KeyService service, String id) {
    if (id.isEmpty()) {
      findings.add(
          Finding.problem(
              KEY,
              "no key is named",
              "set CLAVIGER_DEFAULT_KEY_ID to a key of \"claviger key list\"; \"claviger key create"
                  + " ID\" makes one"));
      return;
    }
    try {
      KeyMetadata key = service.manager().describeKey(id);
      findings.add(use(service, key));
    } catch (KmsException e) {
      findings.add(
          Finding.problem(
              KEY,
              String.valueOf(e.getMessage()),
              e.kind() == ErrorKind.KEY_NOT_FOUND
                  ? "\"claviger key create %s\" makes it; or set CLAVIGER_DEFAULT_KEY_ID to a key of \"claviger key list\""
                      .formatted(id)
                  : "\"claviger key describe %s\" says more".formatted(id)));
    }
  }

  private static Finding use(KeyService service, KeyMetadata key) {
    String id = key.keyId();
    if (key.usage() != KeyUsage.ENCRYPT_DECRYPT) {
      return Finding.problem(
          KEY,
          "key \"%s\" is for %s and cannot seal".formatted(id, key.usage().wireName()),
          "name a key for EncryptDecrypt in CLAVIGER_DEFAULT_KEY_ID");
    }
    if (key.state() != KeyState.ENABLED) {
      return Finding.problem(
          KEY,
          "key \"%s\" is %s and seals nothing".formatted(id, key.state().wireName()),
          key.state() == KeyState.DISABLED
              ? "\"claviger key enable %s\"".formatted(id)
              : "\"claviger key cancel %s\", or name another key".formatted(id));
    }
    KmsEnvelope envelope = KmsEnvelope.under(service.provider().key(id));
    byte[] opened = envelope.open(envelope.seal(new byte[1]));
    return Finding.ok(
        KEY, "key \"%s\" seals, and opened %d byte again".formatted(id, opened.length));
  }
}
