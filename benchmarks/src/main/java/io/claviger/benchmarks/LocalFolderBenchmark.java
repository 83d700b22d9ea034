package io.claviger.benchmarks;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A key folder with many keys: making them, opening, pages of the list, data keys of one key and of
 * all. Argument: number of keys (10,000).
 */
public final class LocalFolderBenchmark {
  private static final EncryptionContext NONE = EncryptionContext.empty();
  private static final int ROUNDS = 9;
  private static final int CHANGES = 1_600;

  private LocalFolderBenchmark() {}

  public static void main(String[] args) throws Exception {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    Path folder = Files.createTempDirectory("claviger-bench").resolve("keys");
    LocalConfig config = LocalConfig.of(folder, "passphrase");
    System.out.printf(
        "JDK %s, %d processors, %,d keys%n",
        Runtime.version(), Runtime.getRuntime().availableProcessors(), count);
    System.out.printf("create             %,10.1f keys/s (each durable)%n", create(config, count));
    for (int threads : new int[] {1, 16}) {
      System.out.printf(
          "changes            %,10.1f /s, %d threads (each durable)%n",
          changes(config, count, threads), threads);
    }
    System.out.printf(
        "manifest           %,10d bytes%n", Files.size(folder.resolve(".claviger-manifest")));
    System.out.printf("open               %,10.1f ms%n", median(() -> reopen(config)));
    KmsServiceManager service = new KmsServiceManager();
    service.configure(KmsConfig.builder(config).allowInsecureDevDefaults(true).build());
    service.start();
    System.out.printf("page of 100 keys   %,10.1f ms%n", median(() -> page(service, count / 2)));
    for (int threads : new int[] {1, 2, 16}) {
      System.out.printf(
          "data keys, 1 key   %,10.0f /s, %d threads%n", dataKeys(service, 1, threads), threads);
    }
    System.out.printf("data keys, all     %,10.0f /s, 1 thread%n", dataKeys(service, count, 1));
    service.stop();
  }

  private static String id(int number) {
    return "key-%06d".formatted(number);
  }

  private static double create(LocalConfig config, int count) {
    try (LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      KmsBackend keys = folder.backend(BackendSettings.DEFAULT);
      long begun = System.nanoTime();
      for (int i = 0; i < count; i++) {
        keys.createKey(CreateKeyRequest.named(id(i)));
      }
      return count / seconds(begun);
    }
  }

  private static double changes(LocalConfig config, int keys, int threads)
      throws InterruptedException {
    int each = CHANGES / threads;
    try (LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      KmsBackend backend = folder.backend(BackendSettings.DEFAULT);
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      long begun = System.nanoTime();
      for (int t = 0; t < threads; t++) {
        int first = t * each;
        pool.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                backend.updateDescription(id((first + i) % keys), "change " + i);
              }
            });
      }
      pool.shutdown();
      pool.awaitTermination(1, TimeUnit.HOURS);
      return threads * each / seconds(begun);
    }
  }

  private static void reopen(LocalConfig config) {
    LocalKeyFolder.open(config).close();
  }

  private static void page(KmsServiceManager service, int from) {
    service.manager().listKeys(ListKeysRequest.first().after(id(from)));
  }

  private static double median(Runnable work) {
    double[] millis = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      work.run();
      millis[i] = seconds(begun) * 1_000;
    }
    Arrays.sort(millis);
    return millis[ROUNDS / 2];
  }

  private static double dataKeys(KmsServiceManager service, int keys, int threads)
      throws InterruptedException {
    GenerateDataKeyRequest[] requests = new GenerateDataKeyRequest[keys];
    Arrays.setAll(requests, i -> GenerateDataKeyRequest.of(id(i), NONE));
    run(service, requests, threads, 3);
    return run(service, requests, threads, 3);
  }

  private static double run(
      KmsServiceManager service, GenerateDataKeyRequest[] requests, int threads, int seconds)
      throws InterruptedException {
    AtomicLong made = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long begun = System.nanoTime();
    for (int t = 0; t < threads; t++) {
      pool.execute(
          () -> {
            long own = 0;
            while (seconds(begun) < seconds) {
              for (int i = 0; i < 100; i++) {
                GenerateDataKeyRequest request = requests[(int) (own++ % requests.length)];
                service.manager().generateDataKey(request).close();
              }
            }
            made.addAndGet(own);
          });
    }
    pool.shutdown();
    pool.awaitTermination(1, TimeUnit.HOURS);
    return made.get() / seconds(begun);
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }
}
