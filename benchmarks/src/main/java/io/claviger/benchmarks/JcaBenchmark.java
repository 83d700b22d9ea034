package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKeySpec;
import io.claviger.service.KmsServiceManager;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * AES-GCM and HMAC-SHA-256 with an opaque key beside SunJCE with a raw one: init, for GCM with a
 * fresh IV, then doFinal.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class JcaBenchmark {
  private static final String GCM = "AES/GCM/NoPadding";
  private static final String HMAC = "HmacSHA256";

  @Param({"1024", "16384", "65536"})
  public int bytes;

  private final byte[] iv = new byte[12];
  private byte[] plain;
  private byte[] sealed;
  private long counter;
  private KmsServiceManager service;
  private ClavigerProvider provider;
  private SecretKey opaque;
  private SecretKey raw;
  private Cipher ours;
  private Cipher theirs;
  private SecretKey opaqueMac;
  private SecretKey rawMac;
  private Mac ourMac;
  private Mac theirMac;

  @Setup
  public void setUp() throws GeneralSecurityException {
    plain = new byte[bytes];
    sealed = new byte[bytes + 16];
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("k");
    provider = new ClavigerProvider(service);
    opaque = provider.key("k");
    raw = new SecretKeySpec(new byte[32], "AES");
    ours = Cipher.getInstance(GCM, provider);
    theirs = Cipher.getInstance(GCM, "SunJCE");
    KeyGenerator macs = KeyGenerator.getInstance(HMAC, provider);
    macs.init(KmsKeySpec.named("m"));
    opaqueMac = macs.generateKey();
    rawMac = new SecretKeySpec(new byte[32], HMAC);
    ourMac = Mac.getInstance(HMAC, provider);
    theirMac = Mac.getInstance(HMAC, "SunJCE");
  }

  @TearDown
  public void tearDown() {
    service.stop();
  }

  private GCMParameterSpec fresh() {
    ByteBuffer.wrap(iv).putLong(4, ++counter);
    return new GCMParameterSpec(128, iv);
  }

  @Benchmark
  public int sunJce() throws GeneralSecurityException {
    theirs.init(Cipher.ENCRYPT_MODE, raw, fresh());
    return theirs.doFinal(plain, 0, plain.length, sealed, 0);
  }

  /** With the one thing more that a key needs which may be disabled: a look at the clock. */
  @Benchmark
  public int sunJceAndClock() throws GeneralSecurityException {
    return System.nanoTime() == 0 ? 0 : sunJce();
  }

  @Benchmark
  public int opaqueKey() throws GeneralSecurityException {
    ours.init(Cipher.ENCRYPT_MODE, opaque, fresh());
    return ours.doFinal(plain, 0, plain.length, sealed, 0);
  }

  /** As most callers write it: a new cipher for each message. */
  @Benchmark
  public int sunJceNewCipher() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(GCM, "SunJCE");
    cipher.init(Cipher.ENCRYPT_MODE, raw, fresh());
    return cipher.doFinal(plain, 0, plain.length, sealed, 0);
  }

  @Benchmark
  public int opaqueKeyNewCipher() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(GCM, provider);
    cipher.init(Cipher.ENCRYPT_MODE, opaque, fresh());
    return cipher.doFinal(plain, 0, plain.length, sealed, 0);
  }

  @Benchmark
  public byte[] hmacSunJce() throws GeneralSecurityException {
    theirMac.init(rawMac);
    return theirMac.doFinal(plain);
  }

  @Benchmark
  public byte[] hmacOpaqueKey() throws GeneralSecurityException {
    ourMac.init(opaqueMac);
    return ourMac.doFinal(plain);
  }
}
