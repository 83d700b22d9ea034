package io.claviger.jca;

import io.claviger.config.KmsConfig;
import io.claviger.engine.WarmUp;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.io.NotSerializableException;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The JCA provider: keys of a key management service as ordinary Java keys.
 *
 * <p>Register it last ({@code Security.addProvider}): a plain {@code
 * Cipher.getInstance("AES/GCM/NoPadding")} then serves {@link KmsKey}s through it and all other
 * keys through the JDK's own provider. It also works unregistered, passed to {@code getInstance}.
 *
 * <p>Making, registering and configuring it does no I/O and never fails: what is wrong with a
 * configuration is thrown at first use.
 *
 * <p>Threads: safe. Blocking: only operations of its services call the key management service.
 */
public final class ClavigerProvider extends Provider {
  /** The name under which it registers without an instance name. */
  public static final String NAME = "Claviger";

  private static final long serialVersionUID = 1L;
  private static final String VERSION = "0.1";

  @SuppressWarnings("serial") // not meant to be serialized; the class above is
  private final transient Supplier<KmsServiceManager> source;

  /**
   * Makes the provider over the process-wide service manager ({@code KmsServiceManager.init}); when
   * there is none at first use, one is started from the environment.
   */
  public ClavigerProvider() {
    this(NAME, new LazySource(KmsConfig::fromEnvironment, true));
  }

  /** Makes the provider over your service manager. */
  public ClavigerProvider(KmsServiceManager serviceManager) {
    this(NAME, serviceManager);
  }

  /**
   * Makes a provider beside others.
   *
   * @param instanceName its name becomes {@code Claviger-<instanceName>}
   */
  public ClavigerProvider(String instanceName, KmsServiceManager serviceManager) {
    this(
        instanceName.equals(NAME) ? NAME : NAME + "-" + instanceName,
        fixed(Objects.requireNonNull(serviceManager, "serviceManager")));
  }

  private ClavigerProvider(String name, Supplier<KmsServiceManager> source) {
    super(name, VERSION, "Claviger: keys of a key management service");
    this.source = source;
    Services.of(this).forEach(this::putService);
  }

  private static Supplier<KmsServiceManager> fixed(KmsServiceManager manager) {
    return () -> manager;
  }

  /**
   * Returns a provider that is configured by {@code argument}: the path of a configuration file
   * (properties or JSON), or its fields as {@code name=value} separated by blanks or commas, with
   * {@code instance=NAME} for a provider {@code Claviger-NAME} beside others. Does no I/O and never
   * throws; what is missing or wrong is reported at first use.
   */
  @Override
  public Provider configure(@Nullable String argument) {
    ProviderArgument parsed = ProviderArgument.parse(argument);
    return new ClavigerProvider(
        parsed.providerName(getName()), new LazySource(parsed.config(), false));
  }

  @Override
  public boolean isConfigured() {
    return true;
  }

  /**
   * Returns the service manager behind this provider, started if it came from a configuration. The
   * first call of a process warms the ciphers up in the background.
   *
   * @throws KmsException INVALID_CONFIGURATION or UNAVAILABLE if it cannot be started
   */
  public KmsServiceManager serviceManager() {
    WarmUp.begin();
    return source.get();
  }

  /**
   * Returns the current version of key {@code keyId}, opaque.
   *
   * @throws KmsException KEY_NOT_FOUND, or what describing a key throws
   */
  public KmsKey key(String keyId) {
    return key(keyId, 0);
  }

  KmsKey key(String keyId, int version) {
    var metadata = serviceManager().manager().describeKey(keyId);
    if (version > metadata.currentVersion()) {
      throw KmsException.of(
          ErrorKind.KEY_NOT_FOUND,
          "key \"%s\" has versions 1 to %d, no version %d. Name one of these, or 0 for the current one"
              .formatted(keyId, metadata.currentVersion(), version));
    }
    int chosen = version == 0 ? metadata.currentVersion() : version;
    return new KmsKey(this, metadata, chosen);
  }

  /** A provider holds a running service: it belongs to its process. */
  private Object writeReplace() throws NotSerializableException {
    throw new NotSerializableException(
        "a ClavigerProvider belongs to its process; make one from its configuration instead");
  }

  KmsKey importRawKey(String keyId, SecretBytes raw, KeyUsage usage) {
    var made =
        serviceManager()
            .manager()
            .importRawKey(new ImportKeyRequest(keyId, raw, usage, "", Map.of()));
    return new KmsKey(this, made, made.currentVersion());
  }

  /**
   * Reports whether this provider is on: registered or not, its place among the providers, and
   * which backend it has and whether that answers. Calls the backend; throws nothing.
   */
  public SelfCheck selfCheck() {
    Provider[] all = Security.getProviders();
    int place = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == this) {
        place = i + 1;
      }
    }
    Optional<String> backend = Optional.empty();
    Optional<String> problem = Optional.empty();
    try {
      KmsServiceManager service = serviceManager();
      backend = Optional.of(service.backendType());
      service.manager().healthCheck();
    } catch (RuntimeException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
    }
    return new SelfCheck(getName(), place, all.length, backend, problem);
  }

  /** Makes a service manager once, at first use; a failure is kept and thrown again. */
  private static final class LazySource implements Supplier<KmsServiceManager> {
    private final Supplier<KmsConfig> config;
    private final boolean processWideFirst;
    private volatile @Nullable KmsServiceManager made;
    private @Nullable KmsException failure;

    LazySource(Supplier<KmsConfig> config, boolean processWideFirst) {
      this.config = config;
      this.processWideFirst = processWideFirst;
    }

    /** Without a lock once there is a service: every init of every cipher comes through here. */
    @Override
    public KmsServiceManager get() {
      KmsServiceManager known = made;
      if (known != null) {
        return known;
      }
      Optional<KmsServiceManager> processWide =
          processWideFirst ? KmsServiceManager.get() : Optional.empty();
      return processWide.orElseGet(this::make);
    }

    private synchronized KmsServiceManager make() {
      KmsServiceManager known = made;
      if (known != null) {
        return known;
      }
      if (failure != null) {
        throw failure;
      }
      try {
        KmsServiceManager manager = new KmsServiceManager();
        manager.configure(config.get());
        manager.start();
        made = manager;
        return manager;
      } catch (KmsException e) {
        if (!e.isRetryable()) {
          failure = e;
        }
        throw e;
      }
    }
  }
}
