package io.claviger.benchmarks;

import io.claviger.format.Layout;
import io.claviger.format.PartOpener;
import io.claviger.format.PartSealer;
import io.claviger.format.Preamble;
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
import org.openjdk.jmh.annotations.Warmup;

/** Segments of 64 KiB sealed and opened, beside a bare loop of the JDK's AES-GCM; one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class FloeBenchmark {
  static final int SEGMENTS = 256;

  private final byte[] plain = new byte[Layout.SEGMENT_PLAIN_BYTES];
  private final byte[] stored = new byte[Layout.SEGMENT_STORED_BYTES];
  private final byte[] opened = new byte[Layout.SEGMENT_PLAIN_BYTES];
  private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
  private final byte[] iv = new byte[12];
  private final byte[] aad = new byte[9];
  private Cipher gcm;
  private byte[] bareSealed;
  private PartSealer sealer;
  private PartOpener.Reader reader;
  private byte[] firstSegment;
  private long counter;

  @Setup
  public void setUp() throws GeneralSecurityException {
    gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[12]));
    gcm.updateAAD(aad);
    bareSealed = gcm.doFinal(plain);
    long plainBytes = (long) SEGMENTS * Layout.SEGMENT_PLAIN_BYTES;
    sealer = new PartSealer(new byte[32], Preamble.single(plainBytes), new byte[32]);
    PartSealer.Pass pass = sealer.newPass();
    reader = PartOpener.verify(new byte[32], pass.prologue(), 1).reader();
    firstSegment = new byte[Layout.SEGMENT_STORED_BYTES];
    pass.sealSegment(plain, 0, plain.length, firstSegment, 0);
  }

  /** The floor of a sealing loop: the cipher and nothing else. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] bareSeal() throws GeneralSecurityException {
    for (int i = 0; i < SEGMENTS; i++) {
      ByteBuffer.wrap(iv).putLong(4, ++counter);
      gcm.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
      gcm.updateAAD(aad);
      gcm.doFinal(plain, 0, plain.length, stored, 0);
    }
    return stored;
  }

  /** The floor of an opening loop. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] bareOpen() throws GeneralSecurityException {
    for (int i = 0; i < SEGMENTS; i++) {
      gcm.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, new byte[12]));
      gcm.updateAAD(aad);
      gcm.doFinal(bareSealed, 0, bareSealed.length, opened, 0);
    }
    return opened;
  }

  /** A pass over a part of 16 MiB. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] floeSeal() {
    PartSealer.Pass pass = sealer.newPass();
    for (int i = 0; i < SEGMENTS; i++) {
      pass.sealSegment(plain, 0, plain.length, stored, 0);
    }
    return stored;
  }

  /** Opening the first segment again and again. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public byte[] floeOpen() {
    for (int i = 0; i < SEGMENTS; i++) {
      reader.openSegment(0, firstSegment, 0, firstSegment.length, opened, 0);
    }
    return opened;
  }
}
