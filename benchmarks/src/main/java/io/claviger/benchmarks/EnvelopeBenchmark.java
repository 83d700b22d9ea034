package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code Cipher} {@code KMSEnvelope} in pieces of 64 KiB and of 1 MiB, and the streams of {@link
 * KmsEnvelope}, over 16 MiB, beside a bare GCM loop over segments of 64 KiB. The loop that stands
 * beside the streams reads and writes the same streams.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class EnvelopeBenchmark {
  static final int SEGMENTS = 256;
  private static final int SEGMENT = 65_536;
  private static final int SMALL = SEGMENT;
  private static final int LARGE = 1 << 20;

  private final byte[] plain = new byte[SEGMENTS * SEGMENT];
  private final byte[] out = new byte[LARGE + 3 * SEGMENT];
  private final byte[] iv = new byte[12];
  private final SecretKeySpec raw = new SecretKeySpec(new byte[32], "AES");
  private KmsServiceManager service;
  private KmsKey key;
  private KmsEnvelope streams;
  private Cipher bare;
  private Cipher envelope;
  private byte[] message;
  private byte[] bareSealed;
  private long counter;

  @Setup
  public void setUp() throws GeneralSecurityException {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("k");
    ClavigerProvider provider = new ClavigerProvider(service);
    key = provider.key("k");
    streams = KmsEnvelope.under(key);
    bare = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    bare.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(128, new byte[12]));
    byte[] segment = bare.doFinal(plain, 0, SEGMENT);
    bareSealed = new byte[SEGMENTS * segment.length];
    for (int i = 0; i < SEGMENTS; i++) {
      System.arraycopy(segment, 0, bareSealed, i * segment.length, segment.length);
    }
    envelope = Cipher.getInstance("KMSEnvelope", provider);
    envelope.init(Cipher.ENCRYPT_MODE, key);
    message = envelope.doFinal(plain);
  }

  @TearDown
  public void tearDown() {
    service.stop();
  }

  private int seal(byte[] from, int at) throws GeneralSecurityException {
    ByteBuffer.wrap(iv).putLong(4, ++counter);
    bare.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(128, iv));
    return bare.doFinal(from, at, SEGMENT, out, 0);
  }

  private int open(byte[] from, int at) throws GeneralSecurityException {
    bare.init(Cipher.DECRYPT_MODE, raw, new GCMParameterSpec(128, new byte[12]));
    return bare.doFinal(from, at, SEGMENT + 16, out, 0);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] bareSeal() throws GeneralSecurityException {
    for (int i = 0; i < SEGMENTS; i++) {
      seal(plain, i * SEGMENT);
    }
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] bareOpen() throws GeneralSecurityException {
    for (int i = 0; i < SEGMENTS; i++) {
      open(bareSealed, i * (SEGMENT + 16));
    }
    return out;
  }

  private byte[] pieces(int mode, byte[] input, int piece) throws GeneralSecurityException {
    envelope.init(mode, key);
    for (int at = 0; at < input.length; at += piece) {
      envelope.update(input, at, Math.min(piece, input.length - at), out, 0);
    }
    envelope.doFinal(out, 0);
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] sealSmallPieces() throws GeneralSecurityException {
    return pieces(Cipher.ENCRYPT_MODE, plain, SMALL);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] openSmallPieces() throws GeneralSecurityException {
    return pieces(Cipher.DECRYPT_MODE, message, SMALL);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] sealLargePieces() throws GeneralSecurityException {
    return pieces(Cipher.ENCRYPT_MODE, plain, LARGE);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] openLargePieces() throws GeneralSecurityException {
    return pieces(Cipher.DECRYPT_MODE, message, LARGE);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] bareSealStream() throws GeneralSecurityException, IOException {
    InputStream in = new ByteArrayInputStream(plain);
    OutputStream to = OutputStream.nullOutputStream();
    byte[] segment = new byte[SEGMENT];
    while (in.readNBytes(segment, 0, SEGMENT) > 0) {
      to.write(out, 0, seal(segment, 0));
    }
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] bareOpenStream() throws GeneralSecurityException, IOException {
    InputStream in = new ByteArrayInputStream(bareSealed);
    OutputStream to = OutputStream.nullOutputStream();
    byte[] segment = new byte[SEGMENT + 16];
    while (in.readNBytes(segment, 0, segment.length) > 0) {
      to.write(out, 0, open(segment, 0));
    }
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public Long sealStream() throws IOException {
    return streams.seal(new ByteArrayInputStream(plain), OutputStream.nullOutputStream());
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public Long openStream() throws IOException {
    return streams.open(new ByteArrayInputStream(message), OutputStream.nullOutputStream());
  }
}
