package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
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

/** {@code Cipher} {@code KMSEnvelope} over 16 MiB in pieces of 64 KiB, beside a bare GCM loop. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class EnvelopeBenchmark {
  private static final int PIECE = 65_536;
  private static final int PIECES = 256;

  private final byte[] plain = new byte[PIECE];
  private final byte[] out = new byte[3 * PIECE];
  private final byte[] iv = new byte[12];
  private final SecretKeySpec raw = new SecretKeySpec(new byte[32], "AES");
  private KmsServiceManager service;
  private KmsKey key;
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
    bare = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    bare.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(128, new byte[12]));
    bareSealed = bare.doFinal(plain);
    envelope = Cipher.getInstance("KMSEnvelope", provider);
    envelope.init(Cipher.ENCRYPT_MODE, key);
    message = envelope.doFinal(new byte[PIECE * PIECES]);
  }

  @TearDown
  public void tearDown() {
    service.stop();
  }

  @Benchmark
  @OperationsPerInvocation(PIECES)
  public byte[] bareSeal() throws GeneralSecurityException {
    for (int i = 0; i < PIECES; i++) {
      ByteBuffer.wrap(iv).putLong(4, ++counter);
      bare.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(128, iv));
      bare.doFinal(plain, 0, PIECE, out, 0);
    }
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(PIECES)
  public byte[] bareOpen() throws GeneralSecurityException {
    for (int i = 0; i < PIECES; i++) {
      bare.init(Cipher.DECRYPT_MODE, raw, new GCMParameterSpec(128, new byte[12]));
      bare.doFinal(bareSealed, 0, bareSealed.length, out, 0);
    }
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(PIECES)
  public byte[] envelopeSeal() throws GeneralSecurityException {
    envelope.init(Cipher.ENCRYPT_MODE, key);
    for (int i = 0; i < PIECES; i++) {
      envelope.update(plain, 0, PIECE, out, 0);
    }
    envelope.doFinal(out, 0);
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(PIECES)
  public byte[] envelopeOpen() throws GeneralSecurityException {
    envelope.init(Cipher.DECRYPT_MODE, key);
    for (int at = 0; at < message.length; at += PIECE) {
      envelope.update(message, at, Math.min(PIECE, message.length - at), out, 0);
    }
    envelope.doFinal(out, 0);
    return out;
  }
}
