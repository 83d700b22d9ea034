package io.claviger.jca;

import java.nio.ByteBuffer;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Two ciphers that are given the same calls. */
final class CipherPair {
  /** The modes of {@link Cipher}, encryption and decryption twice as often. */
  private static final List<Integer> MODES = List.of(1, 1, 2, 2, 3, 4);

  /** What one side did: its answer or exception, and the whole output buffer. */
  private record Outcome(String answer, byte[] buffer) {}

  private interface Call {
    Object on(Cipher cipher, byte[] buffer) throws Exception;
  }

  private final Cipher theirs;
  private final Cipher ours;
  private final SecretKeySpec raw;
  private final KmsKey opaque;
  private final Random random;
  private final List<String> calls = new ArrayList<>();

  /** Ciphertexts made so far, so that decryption often has something that is authentic. */
  private final List<byte[]> sealed = new ArrayList<>();

  private final boolean gcm;
  private final boolean keyWrap;
  private final int ivBytes;
  private AlgorithmParameterSpec lastSpec;
  private int answered;
  private boolean theirsBroke;

  CipherPair(
      String transformation, ClavigerProvider provider, KmsKey opaque, byte[] raw, Random random)
      throws Exception {
    this.theirs = Cipher.getInstance(transformation, "SunJCE");
    this.ours = Cipher.getInstance(transformation, provider);
    this.raw = new SecretKeySpec(raw, "AES");
    this.opaque = opaque;
    this.random = random;
    this.gcm = transformation.contains("GCM");
    this.keyWrap = transformation.contains("/KW");
    this.ivBytes = transformation.contains("/KWP/") ? 4 : transformation.contains("/KW/") ? 8 : 16;
    this.lastSpec = spec();
  }

  /** Returns how many calls gave an answer and no exception. */
  int answered() {
    return answered;
  }

  String calls() {
    return String.join("\n", calls);
  }

  /** Makes one call on both and returns how they differ, nothing when they do not. */
  List<String> next() throws Exception {
    int which = random.nextInt(calls.isEmpty() ? 4 : 20);
    if (which < 4) {
      return init();
    } else if (which < 6) {
      byte[] aad = bytes(random.nextInt(40));
      return both(
          "updateAAD " + aad.length,
          0,
          (c, b) -> {
            c.updateAAD(aad);
            return "";
          });
    } else if (which < 10) {
      return update();
    } else if (which < 16) {
      return doFinal();
    } else if (which < 17) {
      byte[] key = bytes(16 + random.nextInt(3) * 8);
      return both("wrap", 0, (c, b) -> c.wrap(new SecretKeySpec(key, "AES")));
    } else if (which < 18) {
      byte[] wrapped = input();
      return both(
          "unwrap " + wrapped.length,
          0,
          (c, b) -> c.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded());
    }
    int length = random.nextInt(100);
    return both(
        "getters " + length,
        0,
        (c, b) -> {
          String iv = c.getIV() == null ? "none" : HexFormat.of().formatHex(c.getIV());
          return iv + " " + c.getBlockSize() + " " + c.getOutputSize(length);
        });
  }

  private List<String> init() throws Exception {
    int mode = MODES.get(random.nextInt(MODES.size()));
    int how = random.nextInt(6);
    if (how > 0 && random.nextInt(4) == 0) {
      lastSpec = spec();
    }
    AlgorithmParameterSpec spec = how == 1 ? spec() : lastSpec;
    long seed = random.nextLong();
    return both(
        "init mode " + mode + (how == 0 ? " without parameters" : " with " + describe(spec)),
        0,
        (c, b) -> {
          java.security.Key key = c == ours ? opaque : raw;
          if (how == 0) {
            c.init(mode, key, new SameRandom(seed));
          } else {
            c.init(mode, key, spec, new SameRandom(seed));
          }
          return "";
        });
  }

  private static String describe(AlgorithmParameterSpec spec) {
    return spec instanceof GCMParameterSpec g
        ? "tag " + g.getTLen() + " IV " + HexFormat.of().formatHex(g.getIV())
        : spec.getClass().getSimpleName();
  }

  private AlgorithmParameterSpec spec() {
    int kind = random.nextInt(12);
    if (gcm ? kind == 0 : kind > 0) {
      return new IvParameterSpec(bytes(random.nextInt(3) == 0 ? 12 : ivBytes));
    }
    int tag = kind == 1 ? random.nextInt(140) : 96 + 8 * random.nextInt(5);
    return new GCMParameterSpec(tag, bytes(kind == 2 ? random.nextInt(20) + 1 : 12));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] input() {
    if (!sealed.isEmpty() && random.nextInt(3) > 0) {
      byte[] known = sealed.get(random.nextInt(sealed.size())).clone();
      if (known.length > 0 && random.nextInt(4) == 0) {
        known[random.nextInt(known.length)] ^= 1;
      }
      return known;
    }
    return bytes(random.nextInt(4) == 0 ? random.nextInt(300) : 8 * random.nextInt(9));
  }

  private List<String> update() throws Exception {
    byte[] in = input();
    int at = random.nextInt(in.length + 1) / 2;
    int length = in.length - at - (random.nextInt(3) == 0 ? random.nextInt(in.length - at + 1) : 0);
    int room = room(length);
    return switch (random.nextInt(6)) {
      case 5 -> buffersInPlace("update", in, (c, i, o) -> c.update(i, o));
      case 0 -> both("update to a new array " + length, 0, (c, b) -> c.update(in, at, length));
      case 1 ->
          both("update " + length + " into " + room, room, (c, b) -> c.update(in, at, length, b));
      case 2 -> inPlace("update in place ", in, length, (c, i, b) -> c.update(i, at, length, b, 0));
      default -> buffers("update", in, room, (c, i, o) -> c.update(i, o));
    };
  }

  private List<String> doFinal() throws Exception {
    byte[] in = input();
    int room = room(in.length);
    int shift = random.nextInt(20);
    return switch (random.nextInt(9)) {
      case 7, 8 -> buffersInPlace("doFinal", in, (c, i, o) -> c.doFinal(i, o));
      case 0 -> both("doFinal", 0, (c, b) -> c.doFinal());
      case 1 -> both("doFinal to a new array " + in.length, 0, (c, b) -> keep(c, c.doFinal(in)));
      case 2 -> both("doFinal into " + room, room, (c, b) -> c.doFinal(b, shift / 2));
      case 3 ->
          both(
              "doFinal " + in.length + " into " + room,
              room,
              (c, b) -> {
                int made = c.doFinal(in, 0, in.length, b, 0);
                keep(c, Arrays.copyOf(b, made));
                return made;
              });
      case 4 ->
          inPlace(
              "doFinal in place, shifted by " + shift,
              in,
              in.length,
              (c, i, b) -> c.doFinal(i, 0, in.length, b, shift));
      default -> buffers("doFinal", in, room, (c, i, o) -> c.doFinal(i, o));
    };
  }

  private byte[] keep(Cipher cipher, byte[] made) {
    if (cipher == theirs && made != null) {
      sealed.add(made.clone());
    }
    return made;
  }

  private int room(int length) {
    return random.nextInt(4) == 0 ? random.nextInt(length + 8) : length + 64;
  }

  private interface BufferCall {
    int on(Cipher cipher, ByteBuffer in, ByteBuffer out) throws Exception;
  }

  private List<String> buffers(String name, byte[] in, int room, BufferCall call) throws Exception {
    boolean directIn = random.nextBoolean();
    boolean directOut = random.nextBoolean();
    boolean readOnly = random.nextInt(8) == 0;
    String what =
        "%s of buffers %d into %d, direct %s %s, read-only %s"
            .formatted(name, in.length, room, directIn, directOut, readOnly);
    return both(
        what,
        room,
        (c, b) -> {
          ByteBuffer source =
              directIn
                  ? ByteBuffer.allocateDirect(in.length).put(in).flip()
                  : ByteBuffer.wrap(in.clone());
          ByteBuffer target = directOut ? ByteBuffer.allocateDirect(room) : ByteBuffer.wrap(b);
          int made;
          try {
            made = call.on(c, source, readOnly ? target.asReadOnlyBuffer() : target);
          } finally {
            if (directOut) {
              target.duplicate().position(0).limit(room).get(b);
            }
          }
          return made + " at " + source.position() + " " + target.position();
        });
  }

  /**
   * One memory for input and output, in every kind of buffer, the output before, at or behind the
   * input's first byte; theirs reads a copy, see {@link #inPlace}.
   */
  private List<String> buffersInPlace(String name, byte[] in, BufferCall call) {
    boolean direct = random.nextBoolean();
    boolean readOnly = random.nextInt(4) == 0;
    int inAt = random.nextInt(3) == 0 ? random.nextInt(40) : 20;
    int outAt = random.nextInt(3) == 0 ? random.nextInt(40) : 20;
    int size = in.length + 120;
    return both(
        "%s of shared buffers %d, from %d to %d, direct %s, read-only %s"
            .formatted(name, in.length, inAt, outAt, direct, readOnly),
        size,
        (c, b) -> {
          ByteBuffer memory = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.wrap(b);
          memory.position(inAt).put(in);
          ByteBuffer source = memory.duplicate().position(inAt).limit(inAt + in.length);
          ByteBuffer target = memory.duplicate().position(outAt).limit(size);
          if (c == theirs) {
            source = ByteBuffer.wrap(in.clone());
          }
          try {
            int made = call.on(c, readOnly ? source.asReadOnlyBuffer() : source, target);
            memory.position(0).get(b);
            if (target.position() != outAt + made) {
              throw new AssertionError("the output's position is not behind what was written");
            }
            return made;
          } catch (Exception e) {
            Arrays.fill(b, (byte) 0);
            throw e;
          }
        });
  }

  private interface InPlaceCall {
    int on(Cipher cipher, byte[] in, byte[] out) throws Exception;
  }

  /**
   * Ours in place; theirs beside it, since in place it may overwrite what it has not read, or leave
   * what is not authentic. What a failed call leaves in the buffer is compared in other calls.
   */
  private List<String> inPlace(String name, byte[] in, int length, InPlaceCall call) {
    return both(
        name + " " + length,
        in.length + 64,
        (c, b) -> {
          System.arraycopy(in, 0, b, 0, in.length);
          try {
            return call.on(c, c == ours ? b : in, b);
          } catch (Exception e) {
            Arrays.fill(b, (byte) 0);
            throw e;
          }
        });
  }

  /** Whether SunJCE left its own state machine, so that nothing can be compared any more. */
  boolean theirsBroke() {
    return theirsBroke;
  }

  /**
   * Unchecked exceptions that SunJCE's key wrap throws for some lengths; ours must not. It also
   * asks for room in an update that writes nothing, and a failed call leaves bytes in the output.
   */
  private static final List<String> BROKEN =
      List.of("java.lang.ArrayIndexOutOfBoundsException", "java.lang.NegativeArraySizeException");

  private List<String> both(String name, int bufferBytes, Call call) {
    Outcome expected = outcome(theirs, bufferBytes, call);
    Outcome found = outcome(ours, bufferBytes, call);
    calls.add(name + " -> " + expected.answer());
    boolean asksForRoom =
        name.startsWith("update of") && expected.answer().endsWith("ShortBufferException");
    if (keyWrap
        && (BROKEN.contains(expected.answer()) && !BROKEN.contains(found.answer())
            || asksForRoom)) {
      theirsBroke = true;
      return List.of();
    }
    answered += expected.answer().contains("Exception") ? 0 : 1;
    List<String> difference = new ArrayList<>();
    if (!expected(expected.answer(), found.answer())) {
      difference.add("SunJCE " + expected.answer() + ", ours " + found.answer());
    }
    byte[] buffer =
        keyWrap && found.answer().contains("Exception") ? new byte[bufferBytes] : expected.buffer();
    if (!Arrays.equals(buffer, found.buffer())) {
      difference.add("the output buffers differ after " + expected.answer());
    }
    return difference;
  }

  /** The differences that are meant, docs/differences.md. */
  private boolean expected(String theirAnswer, String ourAnswer) {
    boolean nothingUnwrapped = // what was wrapped is an empty key
        theirAnswer.equals("java.lang.IllegalArgumentException")
            && ourAnswer.equals("java.security.InvalidKeyException");
    return theirAnswer.equals(ourAnswer)
        || nothingUnwrapped
        || gcm
            && theirAnswer.equals("java.security.ProviderException")
            && (ourAnswer.equals("javax.crypto.AEADBadTagException")
                || ourAnswer.equals("java.security.InvalidKeyException"));
  }

  private static Outcome outcome(Cipher cipher, int bufferBytes, Call call) {
    byte[] buffer = new byte[bufferBytes];
    try {
      Object answer = call.on(cipher, buffer);
      String text =
          answer instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(answer);
      return new Outcome(text, buffer);
    } catch (Exception e) {
      return new Outcome(e.getClass().getName(), buffer);
    }
  }
}
