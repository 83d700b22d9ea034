package io.claviger.backend.vault;

import io.claviger.backend.vault.VaultLogin.Answer;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this process is to Vault: its token, renewed at half of its lease by a daemon thread, and a
 * fresh login where renewal fails or Vault refuses the token. Inside the safety window before its
 * end a token is not used any more: calls fail until a login succeeds.
 *
 * <p>Threads: safe; one login at a time. Blocking: {@link #token} only where it must log in.
 */
final class TokenRenewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenRenewal.class);
  private static final Duration REPEAT = Duration.ofSeconds(5);

  /**
   * A token in use.
   *
   * @param askedNanos when Vault was asked for it
   * @param leaseNanos how long it lives from then, {@link Long#MAX_VALUE} for ever
   */
  private record Lease(String token, long askedNanos, long leaseNanos, boolean renewable) {
    boolean endsWithin(Duration window, long now) {
      return leaseNanos != Long.MAX_VALUE && now - askedNanos > leaseNanos - window.toNanos();
    }

    @Override
    public String toString() {
      return "Lease[***redacted***]";
    }
  }

  private final VaultLogin login;
  private final Duration window;
  private final @Nullable Duration poll;
  private final LongSupplier nanoTime;
  private final ReentrantLock changing = new ReentrantLock();
  private final ScheduledExecutorService renewal;
  private volatile @Nullable Lease lease;
  private volatile long filePolledNanos;
  private volatile boolean closed;

  TokenRenewal(VaultLogin login, LongSupplier nanoTime) {
    this.login = login;
    this.window = login.method().safetyWindow();
    this.poll = login.method() instanceof TokenFile file ? file.poll() : null;
    this.nanoTime = nanoTime;
    this.renewal =
        new ScheduledThreadPoolExecutor(
            1, TokenRenewal::daemon, new ThreadPoolExecutor.DiscardPolicy()); // closed meanwhile
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "claviger-vault-renewal");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Returns a token that outlives the safety window.
   *
   * @throws KmsException ACCESS_DENIED when Vault refuses the login, UNAVAILABLE or TIMED_OUT when
   *     it does not answer
   */
  String token() {
    Lease known = lease;
    long now = nanoTime.getAsLong();
    if (known != null && !known.endsWithin(window, now)) {
      return poll != null && now - filePolledNanos > poll.toNanos() ? polled(known) : known.token();
    }
    return locked(() -> usable(lease) ? current() : loginAnew().token());
  }

  /**
   * Returns another token than {@code refused}, which Vault no longer accepts.
   *
   * @throws KmsException ACCESS_DENIED when there is none
   */
  String insteadOf(String refused) {
    return locked(
        () -> {
          if (usable(lease) && !current().equals(refused)) {
            return current();
          }
          lease = null;
          if (!login.canRepeat()) {
            throw dead();
          }
          String fresh = loginAnew().token();
          if (fresh.equals(refused)) {
            throw dead();
          }
          return fresh;
        });
  }

  /** Whether Vault's refusal was of the token itself, not of what it may do. */
  boolean isDead(String token, VaultReply refusal) {
    return refusal.says("invalid token") || !login.knows(token);
  }

  private KmsException dead() {
    return KmsException.of(
        ErrorKind.ACCESS_DENIED,
        "Vault does not accept this process's token: it was revoked or has ended. Give another one (reconfigure, or the token file), or use AppRole or Kubernetes, which log in again by themselves");
  }

  private boolean usable(@Nullable Lease found) {
    return found != null && !found.endsWithin(window, nanoTime.getAsLong());
  }

  private String current() {
    Lease known = lease;
    if (known == null) {
      throw new IllegalStateException("internal error: no lease");
    }
    return known.token();
  }

  /** The file may hold another token; the one in use serves as long as it cannot be read. */
  private String polled(Lease known) {
    if (!changing.tryLock()) {
      return known.token();
    }
    try {
      filePolledNanos = nanoTime.getAsLong();
      return login.tokenInFile().equals(known.token()) ? known.token() : loginAnew().token();
    } catch (KmsException e) {
      LOG.warn("Vault's token file: {}; the token read before is used", e.getMessage());
      return known.token();
    } finally {
      changing.unlock();
    }
  }

  private Lease loginAnew() {
    long asked = nanoTime.getAsLong();
    filePolledNanos = asked;
    return keep(login.login(), asked);
  }

  private Lease keep(Answer answer, long asked) {
    boolean ends = answer.leaseSeconds() > 0;
    long lives = ends ? TimeUnit.SECONDS.toNanos(answer.leaseSeconds()) : Long.MAX_VALUE;
    Lease kept = new Lease(answer.token(), asked, lives, answer.renewable());
    if (!usable(kept)) {
      throw KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "Vault's token lives %d s more, which is within the safety window of %d s. Give it a longer life, or set safety_window_seconds lower"
              .formatted(answer.leaseSeconds(), window.toSeconds()));
    }
    lease = kept;
    if (ends && !closed) {
      later(Math.min(lives / 2, lives - window.toNanos()));
    }
    return kept;
  }

  private void later(long nanos) {
    renewal.schedule(this::renew, Math.max(nanos, 0), TimeUnit.NANOSECONDS);
  }

  /** On the daemon thread. Each success plans the next renewal, each failure a repetition. */
  private void renew() {
    changing.lock();
    try {
      Lease old = lease;
      if (closed || old == null || !halfOver(old)) {
        return;
      }
      if (!renewed(old)) {
        loginAnew();
      }
    } catch (KmsException e) {
      LOG.warn("Vault's token was not renewed: {}", e.getMessage());
      again();
    } catch (RuntimeException e) {
      LOG.error("Vault's token was not renewed", e);
      again();
    } finally {
      changing.unlock();
    }
  }

  /** Tries again soon: before the end of the lease if there is time. */
  private void again() {
    Lease old = lease;
    long left = old == null ? 0 : old.askedNanos() + old.leaseNanos() - nanoTime.getAsLong();
    later(left <= 0 ? REPEAT.toNanos() : Math.min(REPEAT.toNanos(), left / 4));
  }

  /** A login since then has planned its own renewal. */
  private boolean halfOver(Lease old) {
    long age = nanoTime.getAsLong() - old.askedNanos();
    return age >= Math.min(old.leaseNanos() / 2, old.leaseNanos() - window.toNanos());
  }

  /** Renews; false where a fresh login is the way on, as at the end of a token's longest life. */
  private boolean renewed(Lease old) {
    if (login.isKeptByOthers() || !old.renewable()) {
      return !login.canRepeat(); // a token of the user's that cannot be renewed just ends
    }
    long asked = nanoTime.getAsLong();
    try {
      Answer answer = login.renew(old.token());
      boolean shortened = TimeUnit.SECONDS.toNanos(answer.leaseSeconds()) < old.leaseNanos() / 2;
      if (shortened && login.canRepeat()) {
        return false;
      }
      keep(answer, asked);
      return true;
    } catch (KmsException e) {
      if (!login.canRepeat()) {
        throw e;
      }
      LOG.info("Vault did not renew the token ({}); logging in again", e.getMessage());
      return false;
    }
  }

  private interface Step {
    String take();
  }

  private String locked(Step step) {
    try {
      changing.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KmsException.of(
          ErrorKind.TIMED_OUT, "interrupted while waiting for the login to Vault", e);
    }
    try {
      return step.take();
    } finally {
      changing.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    renewal.shutdownNow();
    lease = null;
  }
}
