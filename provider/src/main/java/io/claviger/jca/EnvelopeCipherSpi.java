package io.claviger.jca;

import io.claviger.kms.DataKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code KMSEnvelope}: data of any size under a fresh data key, which the service
 * wraps; works for every backend. The context of the data key comes as {@link KmsParameterSpec},
 * associated data of the message through {@code updateAAD}.
 *
 * <p>{@code update} never releases a byte that was not authenticated. After a bad one nothing more
 * comes, and {@code doFinal} throws {@link AEADBadTagException}.
 */
final class EnvelopeCipherSpi extends ContextCipherSpi {
  private static final byte[] NOTHING = new byte[0];

  private final ByteArrayOutputStream aad = new ByteArrayOutputStream();
  private EncryptionContext context = EncryptionContext.empty();
  private boolean sealing;

  /** Obtained by init, so that a refusal is an InvalidKeyException. */
  private @Nullable DataKey dataKey;

  /** What stands before the first segment, of the message begun last. */
  private int startBytes;

  /** The message under way; null before its first byte. */
  private @Nullable EnvelopeFlow flow;

  /** Whether update reported already that the service failed. */
  private boolean reported;

  EnvelopeCipherSpi() {
    super("KMSEnvelope");
  }

  @Override
  EncryptionContext context() {
    return context;
  }

  /** Begins nothing: associated data may still come. */
  @Override
  protected int engineGetOutputSize(int inputBytes) {
    EnvelopeFlow current = flow;
    long before = current == null ? 0 : current.finishBytes(NOTHING, 0, 0);
    long most = before + inputBytes;
    if (sealing) {
      most += (current == null ? startBytes : 0) + 32L * (inputBytes / 65_536 + 2);
    }
    return (int) Math.min(most, Integer.MAX_VALUE);
  }

  @Override
  void begin(boolean toSeal, KmsKey newKey, @Nullable EncryptionContext stated)
      throws InvalidKeyException {
    reset();
    context = stated == null ? EncryptionContext.empty() : stated;
    reported = false;
    sealing = toSeal;
    if (sealing) {
      try {
        DataKey fresh = EnvelopeSealing.freshKey(newKey, context);
        dataKey = fresh;
        startBytes = EnvelopeSealing.startBytes(fresh);
      } catch (KmsException e) {
        throw new InvalidKeyException(e.getMessage(), e);
      }
    }
  }

  /** Ends the message; the next one begins from the start with the same key and context. */
  private void reset() {
    aad.reset();
    if (flow != null) {
      flow.close();
      flow = null;
    }
    if (dataKey != null) {
      dataKey.close();
      dataKey = null;
    }
  }

  private EnvelopeFlow flow() {
    EnvelopeFlow current = flow;
    if (current == null) {
      current = sealing ? newSealing() : newOpening();
      flow = current;
    }
    return current;
  }

  private EnvelopeFlow newOpening() {
    return new EnvelopeOpening(key(), context, aad.toByteArray());
  }

  private EnvelopeFlow newSealing() {
    DataKey fresh = dataKey;
    dataKey = null;
    try {
      return EnvelopeSealing.alone(
          fresh != null ? fresh : EnvelopeSealing.freshKey(key(), context), aad.toByteArray());
    } catch (KmsException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  @Override
  protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
    if (flow != null) {
      throw new IllegalStateException("associated data comes before the first byte of the message");
    }
    aad.write(bytes, offset, length);
  }

  @Override
  protected byte @Nullable [] engineUpdate(byte[] in, int offset, int length) {
    byte[] out = new byte[flow().updateBytes(in, offset, length)];
    int made = update(in, offset, length, out, 0);
    return made == 0 ? null : Arrays.copyOf(out, made);
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws ShortBufferException {
    requireRoom(updateBytes(in, offset, length), out.length - outOffset);
    byte[] apart = in == out ? Arrays.copyOfRange(in, offset, offset + length) : in;
    return update(apart, in == out ? 0 : offset, length, out, outOffset);
  }

  /** A message that is not authentic is reported by doFinal; a service that fails, at once. */
  private int update(byte[] in, int offset, int length, byte[] out, int outOffset) {
    EnvelopeFlow current = flow();
    int made = current.update(in, offset, length, out, outOffset);
    try {
      current.requireHealthy();
    } catch (FormatException e) {
      return made;
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.NOT_AUTHENTIC && !reported) {
        reported = true;
        throw new ProviderException(e.getMessage(), e);
      }
    }
    return made;
  }

  private static void requireRoom(int needed, int room) throws ShortBufferException {
    if (room < needed) {
      throw tooShort(needed, room);
    }
  }

  @Override
  int updateBytes(byte[] in, int offset, int length) {
    return flow().updateBytes(in, offset, length);
  }

  @Override
  protected int engineDoFinal(ByteBuffer input, ByteBuffer output)
      throws ShortBufferException, AEADBadTagException {
    byte[] in = Overlap.copyOf(input);
    requireRoom(flow().finishBytes(in, 0, in.length), output.remaining());
    byte[] made = engineDoFinal(in, 0, in.length);
    input.position(input.limit());
    output.put(made);
    return made.length;
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] in, int offset, int length)
      throws AEADBadTagException {
    byte[] input = in == null ? NOTHING : in;
    byte[] out = new byte[flow().finishBytes(input, offset, length)];
    int made = finish(input, offset, length, out, 0);
    return made == out.length ? out : Arrays.copyOf(out, made);
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] in, int offset, int length, byte[] out, int outOffset)
      throws ShortBufferException, AEADBadTagException {
    byte[] input = in == null ? NOTHING : in;
    requireRoom(flow().finishBytes(input, offset, length), out.length - outOffset);
    byte[] apart = in == out ? Arrays.copyOfRange(input, offset, offset + length) : input;
    return finish(apart, in == out ? 0 : offset, length, out, outOffset);
  }

  private int finish(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException {
    try {
      int made = flow().finish(in, offset, length, out, outOffset);
      reset();
      return made;
    } catch (FormatException e) {
      throw bad(e);
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.NOT_AUTHENTIC) {
        throw bad(e);
      }
      throw new ProviderException(e.getMessage(), e);
    }
  }

  private static AEADBadTagException bad(RuntimeException cause) {
    AEADBadTagException bad = new AEADBadTagException(cause.getMessage());
    bad.initCause(cause);
    return bad;
  }
}
