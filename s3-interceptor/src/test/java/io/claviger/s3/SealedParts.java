package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.Envelope;
import io.claviger.format.Layout;
import io.claviger.format.MetadataTags;
import io.claviger.format.PartSealer;
import io.claviger.format.Preamble;
import io.claviger.jca.KmsDataKey;
import io.claviger.jca.KmsDataKeySpec;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import javax.crypto.KeyGenerator;

/**
 * A multipart object as any writer may have made it, also one that does not know offsets or takes
 * parts of odd sizes: sealed part by part, without an upload.
 *
 * @param metadata user metadata, names without prefix
 * @param parts stored parts in order, a closing part included
 */
record SealedParts(Map<String, String> metadata, List<byte[]> parts) {
  private static final long NOT_CLOSED = -2;

  /** All offsets known, and a closing part where the format asks for one. */
  static SealedParts of(String bucket, String key, byte[] plain, int... sizes) {
    return of(bucket, key, plain, sizes, part -> true, closes(sizes));
  }

  /** Whether a last part of this size is followed by a closing part (format 6.1). */
  static boolean closes(int... sizes) {
    return Layout.storedBytes(sizes[sizes.length - 1]) >= 5 << 20;
  }

  /**
   * @param plain the object
   * @param sizes plaintext of each part
   * @param offsetKnown whether the writer of a part (from 1) knew its offset
   * @param closing whether an empty part follows, which is the last then
   */
  static SealedParts of(
      String bucket,
      String key,
      byte[] plain,
      int[] sizes,
      IntPredicate offsetKnown,
      boolean closing) {
    int number = sizes.length + 1;
    long states = offsetKnown.test(number) ? Arrays.stream(sizes).sum() : Preamble.OFFSET_UNKNOWN;
    return closedBy(bucket, key, plain, sizes, offsetKnown, closing ? states : NOT_CLOSED);
  }

  /**
   * As above, with a closing part that states any offset.
   *
   * @param closingStates its offset, {@link #NOT_CLOSED} for no closing part
   */
  static SealedParts closedBy(
      String bucket,
      String key,
      byte[] plain,
      int[] sizes,
      IntPredicate offsetKnown,
      long closingStates) {
    KmsDataKey dataKey = dataKey(bucket, key);
    return under(dataKey, plain, sizes, offsetKnown, closingStates);
  }

  /** One object in two arrangements of parts under one data key, as no honest store has them. */
  static List<SealedParts> arrangedAs(
      String bucket, String key, byte[] plain, int[] one, int[] other) {
    KmsDataKey dataKey = dataKey(bucket, key);
    return List.of(
        under(dataKey, plain, one, part -> true, NOT_CLOSED),
        under(dataKey, plain, other, part -> true, NOT_CLOSED));
  }

  private static KmsDataKey dataKey(String bucket, String key) {
    EncryptionContext context =
        EncryptionContext.empty()
            .withReserved(
                Map.of(
                    "claviger:bucket",
                    bucket,
                    "claviger:key",
                    key,
                    "claviger:use",
                    "object",
                    "claviger:sse",
                    "AES256"));
    try {
      KeyGenerator generator = KeyGenerator.getInstance("AES", TestKeys.provider());
      generator.init(KmsDataKeySpec.of(TestKeys.KEY, context));
      return (KmsDataKey) generator.generateKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SealedParts under(
      KmsDataKey dataKey, byte[] plain, int[] sizes, IntPredicate offsetKnown, long closingStates) {
    boolean closing = closingStates != NOT_CLOSED;
    Envelope envelope =
        new Envelope(
            true,
            NameBinding.OBJECT,
            TestKeys.KEY,
            dataKey.wrapped(),
            null,
            null,
            null,
            "AES256",
            null,
            new MetadataTags(dataKey.getEncoded()).of(CoveredHeaders.NONE),
            null);
    List<byte[]> parts = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < sizes.length; i++) {
      boolean last = i == sizes.length - 1 && !closing;
      long stated = i == 0 || offsetKnown.test(i + 1) ? offset : Preamble.OFFSET_UNKNOWN;
      Preamble preamble = new Preamble(last, i + 1, sizes[i], stated);
      parts.add(part(dataKey.getEncoded(), preamble, plain, offset));
      offset += sizes[i];
    }
    if (closing) {
      Preamble preamble = new Preamble(true, sizes.length + 1, 0, closingStates);
      parts.add(part(dataKey.getEncoded(), preamble, plain, offset));
    }
    return new SealedParts(envelope.toMetadata(), parts);
  }

  /** An object that is one part. */
  static SealedParts single(String bucket, String key, byte[] plain) {
    EncryptionService encryption = new EncryptionService(TestKeys.provider());
    ObjectSealer sealer =
        encryption.sealObject(SealRequest.of(new ObjectName(bucket, key)), plain.length);
    try {
      byte[] body = sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
      return new SealedParts(sealer.envelope(), List.of(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] part(byte[] dataKey, Preamble preamble, byte[] plain, int offset) {
    PartSealer.Pass pass = new PartSealer(dataKey, preamble, seed()).newPass();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(pass.prologue());
    byte[] segment = new byte[Layout.SEGMENT_STORED_BYTES];
    for (long n = 0; n < Layout.segments(preamble.plainBytes()); n++) {
      int length = Layout.segmentPlainBytes(n, preamble.plainBytes());
      int at = offset + (int) n * Layout.SEGMENT_PLAIN_BYTES;
      out.write(segment, 0, pass.sealSegment(plain, at, length, segment, 0));
    }
    return out.toByteArray();
  }

  private static byte[] seed() {
    byte[] seed = new byte[PartSealer.SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    return seed;
  }

  byte[] body() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }
}
