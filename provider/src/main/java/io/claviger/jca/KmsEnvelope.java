package io.claviger.jca;

import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens streams of any size under a KMS key: the messages of {@code Cipher} {@code
 * KMSEnvelope}, without the traps of {@code CipherOutputStream}, which swallows the error of a
 * message that is not authentic.
 *
 * <pre>{@code
 * KmsEnvelope envelope = KmsEnvelope.under(provider.key("orders")).withAad(name);
 * envelope.seal(in, out);      // bounded memory; out holds the message when this returns
 * }</pre>
 *
 * <p>Every opening stream gives out authenticated bytes only, in order from the first. Only its end
 * proves that nothing is missing: a message that was cut is an error where the end should be. A
 * stream that failed fails the same way for ever.
 *
 * <p>Failures: {@link io.claviger.object.FormatException} for bytes that are not the bytes sealed
 * or other associated data, {@link KmsException} from the service (NOT_AUTHENTIC for another key or
 * context), {@link IOException} only from the streams underneath.
 *
 * <p>Threads: safe; each stream belongs to one thread. Blocking: the service is asked once for each
 * message, or once for many ({@link #sharingDataKeys}). Memory: some 200 KiB a stream.
 */
public final class KmsEnvelope {
  private static final byte[] NOTHING = new byte[0];

  private final KmsKey key;
  private final EncryptionContext context;
  private final byte[] aad;

  /** The data key that messages share; null when each has its own. */
  private final @Nullable SharedDataKey shared;

  private KmsEnvelope(
      KmsKey key, EncryptionContext context, byte[] aad, @Nullable SharedDataKey shared) {
    this.key = key;
    this.context = context;
    this.aad = aad;
    this.shared = shared;
  }

  /** Returns an envelope under {@code key}, without context and associated data. */
  public static KmsEnvelope under(KmsKey key) {
    return new KmsEnvelope(
        Objects.requireNonNull(key, "key"), EncryptionContext.empty(), NOTHING, null);
  }

  /**
   * Returns this envelope with a context, which the service sees and binds to the data key. Each
   * message then has its own data key, also if this envelope's share one.
   */
  public KmsEnvelope withContext(EncryptionContext bound) {
    return new KmsEnvelope(key, Objects.requireNonNull(bound, "bound"), aad, null);
  }

  /**
   * Returns this envelope, whose messages share data keys within {@code bounds}: one call of the
   * key service for many small records. Envelopes made from it by {@link #withAad} share with it.
   * Opening needs nothing of the kind: unwrapped data keys are remembered (docs/caches.md).
   *
   * <p>A change of any key by this process ends the sharing at once, one by another process as
   * docs/caches.md says of bucket keys; sealing under a key that is not enabled any more is then a
   * {@link KmsException} INVALID_KEY_STATE.
   */
  public KmsEnvelope sharingDataKeys(KmsDataKeyReuse bounds) {
    return sharingDataKeys(bounds, System::nanoTime);
  }

  KmsEnvelope sharingDataKeys(KmsDataKeyReuse bounds, LongSupplier nanoClock) {
    Objects.requireNonNull(bounds, "bounds");
    return new KmsEnvelope(key, context, aad, new SharedDataKey(key, context, bounds, nanoClock));
  }

  /** Returns this envelope with associated data (copied), which only the message is bound to. */
  public KmsEnvelope withAad(byte[] bound) {
    return new KmsEnvelope(key, context, bound.clone(), shared);
  }

  /**
   * Returns a stream that seals what is written and passes it on. {@code close} ends the message
   * and closes {@code target}, once; a stream whose write failed is closed without an end, so that
   * it cannot be opened. When your own source fails, do not keep what was written, or use {@link
   * #seal}, which ends a message only when its source ended.
   *
   * @throws KmsException what the service says of a new data key
   */
  public OutputStream sealing(OutputStream target) {
    return new EnvelopeOutputStream(newSealing(), Objects.requireNonNull(target, "target"));
  }

  /**
   * Returns a stream that opens the message read from {@code source}; closing closes both. {@code
   * available} is above 0 as long as a byte is to come; before the first read it opens the first
   * segment, so it may block and fail as a read does.
   */
  public InputStream opening(InputStream source) {
    return new EnvelopeInputStream(newOpening(), Objects.requireNonNull(source, "source"));
  }

  /**
   * Returns a stream that opens the message written to it and passes plaintext on. {@code close}
   * throws when the message is not whole, after it closed {@code target}: what arrived there is
   * then the beginning of the plaintext at most.
   */
  public OutputStream opening(OutputStream target) {
    return new EnvelopeOutputStream(newOpening(), Objects.requireNonNull(target, "target"));
  }

  /**
   * Seals everything up to the end of {@code source} into {@code target} and returns the number of
   * plaintext bytes. Closes neither.
   */
  public long seal(InputStream source, OutputStream target) throws IOException {
    return EnvelopeOutputStream.transfer(newSealing(), source, target).taken();
  }

  /**
   * Opens the message up to the end of {@code source} into {@code target} and returns the number of
   * plaintext bytes. Closes neither. After a failure discard what is in {@code target}.
   */
  public long open(InputStream source, OutputStream target) throws IOException {
    return EnvelopeOutputStream.transfer(newOpening(), source, target).given();
  }

  /**
   * Returns the message of {@code plaintext}, which is not kept: at most 2 GiB with what the
   * message adds.
   *
   * @throws KmsException what the service says of a data key
   */
  public byte[] seal(byte[] plaintext) {
    return all(newSealing(), plaintext);
  }

  /**
   * Returns the plaintext of {@code message}, which is not kept.
   *
   * @throws io.claviger.object.FormatException for bytes that are not the bytes sealed, or other
   *     associated data
   * @throws KmsException NOT_AUTHENTIC for another key or context, or what the service says
   */
  public byte[] open(byte[] message) {
    return all(newOpening(), message);
  }

  /**
   * As {@link #seal(byte[])}: takes the bytes from the position to the limit of {@code plaintext},
   * moves its position there, and returns a buffer of its own, from 0 to its limit.
   */
  public ByteBuffer seal(ByteBuffer plaintext) {
    return all(newSealing(), plaintext);
  }

  /**
   * As {@link #open(byte[])}, for buffers; after a failure the position of {@code message} stays.
   */
  public ByteBuffer open(ByteBuffer message) {
    return all(newOpening(), message);
  }

  private static ByteBuffer all(EnvelopeFlow flow, ByteBuffer input) {
    ByteBuffer output = ByteBuffer.wrap(all(flow, Overlap.copyOf(input)));
    input.position(input.limit());
    return output;
  }

  private static byte[] all(EnvelopeFlow flow, byte[] input) {
    byte[] out = new byte[flow.finishBytes(input, 0, input.length)];
    int made = flow.finish(input, 0, input.length, out, 0);
    return made == out.length ? out : Arrays.copyOf(out, made);
  }

  private EnvelopeFlow newSealing() {
    requireUsable();
    return shared == null
        ? EnvelopeSealing.alone(EnvelopeSealing.freshKey(key, context), aad)
        : shared.begin(aad);
  }

  private EnvelopeFlow newOpening() {
    requireUsable();
    return new EnvelopeOpening(key, context, aad);
  }

  private void requireUsable() {
    try {
      key.requireUsable(KeyUsage.ENCRYPT_DECRYPT);
    } catch (InvalidKeyException e) {
      throw KmsException.of(ErrorKind.INVALID_KEY_STATE, String.valueOf(e.getMessage()), e);
    }
  }
}
