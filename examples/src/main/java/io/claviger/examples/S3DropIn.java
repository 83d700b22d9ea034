package io.claviger.examples;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Seals a folder of real files into S3 through an ordinary S3Client and proves what happened. */
@Command(
    name = "S3DropIn",
    mixinStandardHelpOptions = true,
    description =
        "Seals a folder of files into S3, reads them back, and shows what the server holds.")
public final class S3DropIn implements Callable<Integer> {
  static final String KEY_ID = "drop-in";

  @Option(
      names = "--endpoint",
      description = "S3 endpoint; without it an S3 server is started inside this JVM.")
  private URI endpoint;

  @Option(names = "--folder", description = "The files to seal. Default: the running JDK's lib.")
  private Path folder = Path.of(System.getProperty("java.home"), "lib");

  @Option(names = "--bucket", description = "The bucket, created when missing.")
  private String bucket = "claviger-drop-in";

  @Option(
      names = "--key-folder",
      description = "Your key folder. Default: a new temporary one with a passphrase of its own.")
  private Path keyFolder;

  @Option(names = "--passphrase-file", description = "File with the passphrase of --key-folder.")
  private Path passphraseFile;

  @Option(
      names = "--vault",
      description = "Keys in HashiCorp Vault at this URL instead of a folder.")
  private URI vault;

  @Option(names = "--vault-token-file", description = "File with the token for --vault.")
  private Path vaultTokenFile;

  @Option(
      names = "--vault-keys",
      description =
          "Where in Vault: transit (default; keys never leave it) or kv2 (sealed in its KV engine).")
  private VaultKeys vaultKeys = VaultKeys.transit;

  @Option(
      names = "--allow-insecure-dev-defaults",
      description =
          "Accept a --key-folder inside the temporary folder, or a --vault over http; for a test only.")
  private boolean allowInsecureDevDefaults;

  @Spec private CommandSpec spec;

  /** Keys under a passphrase that nobody else knows: of no use when the example ends. */
  private @Nullable Path ownKeys;

  /** Runs the example; the exit code is 0 only when every comparison held. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new S3DropIn()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      run(out);
      return 0;
    } catch (DropInFailure | KmsException | SdkException e) {
      out.println();
      spec.commandLine().getErr().println("S3DropIn: " + advice(e));
      return 1;
    } finally {
      out.flush();
    }
  }

  private void run(PrintWriter out) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new DropInFailure(
          "--folder " + folder + " is not a folder. Name one that holds files.");
    }
    KmsServiceManager kms = keys(out);
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(kms)).keyId(KEY_ID).build();
    try (Store store = Store.open(endpoint);
        S3Client sealing = store.client(interceptor);
        S3Client plain = store.client()) {
      out.printf("server    %s%n", store.describe());
      if (plain.listBuckets().buckets().stream().noneMatch(b -> b.name().equals(bucket))) {
        plain.createBucket(b -> b.bucket(bucket));
      }
      DropInTour tour = new DropInTour(sealing, plain, bucket, out);
      tour.sealAll(folder);
      tour.list();
      tour.readAllAndCompare(folder);
      tour.readRanges();
      tour.showWhatTheServerHolds();
      tour.flipOneBit();
      out.println(
          "done      every byte came back, nothing was stored in the clear, the flipped bit was refused");
    } finally {
      kms.stop();
      if (ownKeys != null) {
        TemporaryFolders.delete(ownKeys);
      }
    }
  }

  private KmsServiceManager keys(PrintWriter out) throws IOException {
    boolean own = keyFolder == null && vault == null;
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(
        KmsConfig.builder(vault == null ? folder(own, out) : vault(out))
            .defaultKeyId(KEY_ID)
            .allowInsecureDevDefaults(own || allowInsecureDevDefaults)
            .build());
    kms.start();
    KmsManager manager = kms.manager();
    try {
      manager.describeKey(KEY_ID);
    } catch (KmsException e) {
      if (e.httpStatus() != 404) {
        throw e;
      }
      manager.createKey(KEY_ID);
    }
    return kms;
  }

  private BackendConfig folder(boolean own, PrintWriter out) throws IOException {
    Path where = own ? TemporaryFolders.create("claviger-keys") : keyFolder.toAbsolutePath();
    ownKeys = own ? where : null;
    out.printf("keys      %s, sealed under a passphrase%n", where);
    return LocalConfig.of(where, passphrase(own));
  }

  private BackendConfig vault(PrintWriter out) {
    if (keyFolder != null || vaultTokenFile == null) {
      throw new DropInFailure("--vault needs --vault-token-file and no --key-folder.");
    }
    VaultConnection connection =
        VaultConnection.of(vault, AuthMethod.TokenFile.of(vaultTokenFile.toAbsolutePath()));
    out.printf("keys      Vault at %s, %s%n", vault, vaultKeys.description);
    return vaultKeys == VaultKeys.kv2
        ? VaultConfig.of(connection)
        : VaultTransitConfig.of(connection);
  }

  /** Where in Vault the keys are stored; the names are the values of the option. */
  private enum VaultKeys {
    transit("in Transit, which they never leave"),
    kv2("in KV, sealed by the Transit key claviger-root");

    private final String description;

    VaultKeys(String description) {
      this.description = description;
    }
  }

  private String passphrase(boolean own) throws IOException {
    if (own) {
      return java.util.UUID.randomUUID().toString();
    }
    if (passphraseFile == null || !Files.isReadable(passphraseFile)) {
      throw new DropInFailure(
          "--key-folder needs --passphrase-file with a file that can be read, found "
              + passphraseFile
              + ".");
    }
    return Files.readString(passphraseFile, StandardCharsets.UTF_8).strip();
  }

  private String advice(RuntimeException e) {
    if (e instanceof SdkException && endpoint != null && !(e instanceof DropInFailure)) {
      return "the S3 server at %s does not answer as it should (%s). Start it, or leave out --endpoint to use the one inside this JVM."
          .formatted(endpoint, firstLine(e));
    }
    return firstLine(e);
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  /** Something that the example itself found wrong. */
  static final class DropInFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DropInFailure(String message) {
      super(message);
    }
  }
}
