package io.claviger.bulk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The clients of a process: one that sees what is stored, and one that seals and opens where a job
 * needs keys. They are the caller's: closing them is the caller's affair; those of {@link #once}
 * live as long as the process.
 *
 * <p>Immutable. Threads: safe. Blocking: those of {@link #once} are made at their first use.
 */
public final class Clients {
  private static final Map<ClientSource, Clients> OF_PROCESS = new ConcurrentHashMap<>();

  private final Supplier<S3Client> stored;
  private final @Nullable Supplier<S3Client> sealing;

  private Clients(Supplier<S3Client> stored, @Nullable Supplier<S3Client> sealing) {
    this.stored = stored;
    this.sealing = sealing;
  }

  /** Returns clients for jobs without keys. {@code stored} has no interceptor of Claviger. */
  public static Clients withoutKeys(S3Client stored) {
    return new Clients(() -> stored, null);
  }

  /**
   * Returns clients for jobs with keys.
   *
   * @param stored has no interceptor of Claviger
   * @param sealing has a {@link io.claviger.s3.ClavigerInterceptor}
   */
  public static Clients of(S3Client stored, S3Client sealing) {
    return new Clients(() -> stored, () -> sealing);
  }

  /**
   * Returns the clients of this process by these settings. Each is made when it is first asked for,
   * once for equal settings, and stays open: a job without keys starts no key service.
   */
  public static Clients once(ClientSource source) {
    return OF_PROCESS.computeIfAbsent(
        source, made -> new Clients(new Once(made::stored), new Once(made::sealing)));
  }

  /** Returns the client that sees what is stored. */
  public S3Client stored() {
    return stored.get();
  }

  /**
   * Returns the client that seals and opens.
   *
   * @param what needs it, for the message
   * @throws IllegalArgumentException if none was given
   */
  public S3Client sealing(String what) {
    if (sealing == null) {
      throw new IllegalArgumentException(
          what + " needs keys: give the runner Clients.of(stored, sealing)");
    }
    return sealing.get();
  }

  /** A client that is made at its first use; one that could not be made is tried again. */
  private static final class Once implements Supplier<S3Client> {
    private final Supplier<S3Client> making;
    private @Nullable S3Client made;

    Once(Supplier<S3Client> making) {
      this.making = making;
    }

    @Override
    public synchronized S3Client get() {
      S3Client client = made;
      if (client == null) {
        client = making.get();
        made = client;
      }
      return client;
    }
  }
}
