package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsDataKeyReuse;
import io.claviger.jca.KmsEnvelope;
import io.claviger.jca.KmsGcm;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Records of 1 KiB: {@link KmsEnvelope} with data keys that messages share, beside the parts of the
 * JDK that such a message needs and beside AES-GCM alone; {@link KmsGcm} beside AES-GCM with a new
 * cipher for each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class RecordBenchmark {
  private static final String GCM = "AES/GCM/NoPadding";

  private final byte[] record = new byte[1024];
  private final byte[] aad = new byte[16];
  private final byte[] iv = new byte[12];
  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec raw = new SecretKeySpec(new byte[32], "AES");
  private KmsServiceManager service;
  private KmsEnvelope records;
  private KmsGcm gcm;
  private Cipher bare;
  private BareRecord sealingParts;
  private BareRecord openingParts;
  private byte[] message;
  private byte[] sealed;

  @Setup
  public void setUp() throws GeneralSecurityException {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("k");
    KmsKey key = new ClavigerProvider(service).key("k");
    records = KmsEnvelope.under(key).withAad(aad).sharingDataKeys(KmsDataKeyReuse.standard());
    gcm = KmsGcm.under(key);
    bare = Cipher.getInstance(GCM, "SunJCE");
    sealingParts = new BareRecord();
    openingParts = new BareRecord();
    message = records.seal(record);
    sealed = openingParts.seal(record);
  }

  @TearDown
  public void tearDown() {
    service.stop();
  }

  private byte[] seal(Cipher cipher) throws GeneralSecurityException {
    random.nextBytes(iv);
    cipher.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(128, iv));
    cipher.updateAAD(aad);
    return cipher.doFinal(record);
  }

  @Benchmark
  public byte[] bareGcm() throws GeneralSecurityException {
    return seal(bare);
  }

  @Benchmark
  public byte[] bareGcmNewCipher() throws GeneralSecurityException {
    return seal(Cipher.getInstance(GCM, "SunJCE"));
  }

  @Benchmark
  public byte[] kmsGcm() throws GeneralSecurityException {
    return gcm.seal(record, aad);
  }

  @Benchmark
  public byte[] partsSeal() throws GeneralSecurityException {
    return sealingParts.seal(record);
  }

  @Benchmark
  public byte[] envelopeSeal() {
    return records.seal(record);
  }

  @Benchmark
  public byte[] partsOpen() throws GeneralSecurityException {
    return openingParts.open(sealed);
  }

  @Benchmark
  public byte[] envelopeOpen() {
    return records.open(message);
  }
}
