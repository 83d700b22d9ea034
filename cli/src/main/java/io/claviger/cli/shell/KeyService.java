package io.claviger.cli.shell;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.ServiceSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * The key service that the configuration of this process names, as library and drop-in read it. It
 * destroys nothing by itself: due deletions are the affair of services that run.
 *
 * <p>A key folder is only made by commands that make keys; for all others a folder that is not
 * there is an error, since it is probably the wrong one.
 */
public final class KeyService implements AutoCloseable {
  private final KmsServiceManager service;

  private KeyService(KmsServiceManager service) {
    this.service = service;
  }

  /** Returns the configuration, for commands that use keys which are there. */
  public static KmsConfig config() {
    KmsConfig config = KmsConfig.fromEnvironment(); // once: a secret may come from a pipe
    return config.backend() instanceof LocalConfig local
        ? config.withBackend(local.withoutCreating())
        : config;
  }

  /** Starts it, for keys that are there. */
  public static KeyService open() {
    return open(config());
  }

  /**
   * Makes or takes in keys. Where that makes a key folder too it is first done in memory: what is
   * refused leaves no folder behind, which later commands would take for a good one.
   */
  public static <T> T make(Shell shell, Function<KmsManager, T> change) {
    KmsConfig config = KmsConfig.fromEnvironment();
    if (config.backend() instanceof LocalConfig local && isToBeMade(local)) {
      KmsServiceManager memory = KmsServiceManager.running(MemoryBackend.create(), null);
      try {
        Objects.requireNonNull(change.apply(memory.manager()));
      } finally {
        memory.stop();
      }
      WeakSecrets.warn(shell, local);
    }
    try (KeyService keys = open(config)) {
      return change.apply(keys.manager());
    }
  }

  private static boolean isToBeMade(LocalConfig local) {
    String[] there = local.keyDir().toFile().list();
    return local.create() && (there == null || there.length == 0);
  }

  /** Starts it with this configuration. */
  public static KeyService open(KmsConfig config) {
    ServiceSettings settings =
        ServiceSettings.builder()
            .sweepInterval(Duration.ZERO)
            .principal(() -> System.getProperty("user.name", ""))
            .build();
    KmsServiceManager service = new KmsServiceManager(settings);
    service.configure(config);
    service.start();
    return new KeyService(service);
  }

  /** Opens the key folder that the configuration names; the caller closes it. */
  public static LocalKeyFolder folder() {
    return LocalKeyFolder.open(local(config()));
  }

  /** Opens a key folder that is made if it is not there; the caller closes it. */
  public static LocalKeyFolder folderToCreate(Shell shell, LocalConfig config) {
    if (isToBeMade(config)) {
      WeakSecrets.warn(shell, config);
    }
    return LocalKeyFolder.open(config);
  }

  /**
   * Returns the settings of the key folder.
   *
   * @throws CommandException REFUSED if the keys are not in a folder
   */
  public static LocalConfig local(KmsConfig config) {
    if (config.backend() instanceof LocalConfig local) {
      return local;
    }
    throw new CommandException(
        ExitCode.REFUSED,
        "the configuration names keys of type %s, and this command is for a key folder; set CLAVIGER_BACKEND_TYPE=Local, or use that service's own tools"
            .formatted(config.backend().typeName()));
  }

  public KmsManager manager() {
    return service.manager();
  }

  public ClavigerProvider provider() {
    return new ClavigerProvider(service);
  }

  @Override
  public void close() {
    service.stop();
  }
}
