package io.claviger.cli.key;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.Passphrases;
import io.claviger.cli.shell.Shell;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes keys in: a bundle, the folder of a RustFS, or raw bytes. */
@Command(
    name = "import",
    header = "take in keys of a bundle, of RustFS, or raw",
    description = {
      "Takes in the keys of a bundle that \"claviger key export\" wrote, in one step. A key that is"
          + " there stays as it is; each that is refused is named, and the exit status is 9.",
      "With --raw the bytes of a file become the key ID, in any key service that can; with --rustfs"
          + " the keys of a RustFS folder are taken in."
    },
    footer = "  claviger key import \"keys 2026.bundle\" --passphrase-file bundle.pass")
final class KeyImportCommand implements Callable<Integer> {
  private static final String OPTION = "--passphrase-file";

  private final Shell shell;

  @Parameters(paramLabel = "BUNDLE|ID|FOLDER", description = "What is taken in, or its new id.")
  private String name = "";

  @Option(
      names = OPTION,
      paramLabel = "FILE",
      description = "File of the bundle's passphrase, or RustFS's master key; - is standard input.")
  private @Nullable String passphraseFile;

  @Option(
      names = "--raw",
      paramLabel = "FILE",
      description = "File of the raw key, - is standard input; the argument is its id.")
  private @Nullable String raw;

  @Option(
      names = "--wrapping-secret",
      paramLabel = "FILE",
      description = "With --raw: file of 32 bytes that blobs are wrapped under, for escrow.")
  private @Nullable String wrapping;

  @Option(
      names = "--usage",
      paramLabel = "USAGE",
      description = "With --raw: ENCRYPT_DECRYPT (the default) or SIGN_VERIFY.")
  private KeyUsage usage = KeyUsage.ENCRYPT_DECRYPT;

  @Option(names = "--rustfs", description = "The argument is the key folder of a RustFS.")
  private boolean rustfs;

  KeyImportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (raw != null && (rustfs || passphraseFile != null)) {
      throw new CommandException(
          ExitCode.USAGE, "--raw takes neither --rustfs nor --passphrase-file; leave them out");
    }
    return raw == null ? importSealed() : importRaw(raw);
  }

  private int importSealed() {
    String what = rustfs ? "RustFS's master key" : "passphrase of the bundle";
    LocalConfig config = KeyService.local(KmsConfig.fromEnvironment()); // before anything is made
    Path from = Path.of(name);
    if (!Files.exists(from)) {
      throw new CommandException(
          ExitCode.NOT_FOUND, "%s is not there; check the path".formatted(name));
    }
    try (SecretBytes secret = new Passphrases(shell).known(passphraseFile, what, OPTION)) {
      if (!rustfs) {
        LocalKeyFolder.checkBundle(from, secret); // what does not open makes no folder
      }
      try (LocalKeyFolder folder = KeyService.folderToCreate(shell, config)) {
        return Reports.show(
            shell, rustfs ? folder.importRustfs(from, secret) : folder.importFrom(from, secret));
      }
    }
  }

  private int importRaw(String file) {
    Passphrases secrets = new Passphrases(shell);
    try (SecretBytes key = secrets.raw(file, "the raw key")) {
      ImportKeyRequest request = new ImportKeyRequest(name, key, usage, "", Map.of());
      if (wrapping == null) {
        return importRaw(request);
      }
      try (SecretBytes wrap = secrets.raw(wrapping, "the wrapping secret")) {
        return importRaw(request.withWrappingSecret(wrap));
      }
    }
  }

  private int importRaw(ImportKeyRequest request) {
    KeyText.show(shell, KeyService.make(shell, keys -> keys.importRawKey(request)));
    return ExitCode.OK.status();
  }
}
