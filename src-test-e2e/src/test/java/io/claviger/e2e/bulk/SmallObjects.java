package io.claviger.e2e.bulk;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Many small objects, put by many threads. */
final class SmallObjects {
  private static final int THREADS = 16;

  private SmallObjects() {}

  static String key(int number) {
    return "objects/%03d/%06d".formatted(number % 100, number);
  }

  /** Puts objects of a few bytes, each with its number as its text. */
  static void put(S3Client s3, String bucket, int count) throws Exception {
    put(s3, bucket, 0, count);
  }

  /** Puts those with numbers of a range, its end excluded. */
  static void put(S3Client s3, String bucket, int from, int to) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> shares =
          IntStream.range(0, THREADS)
              .<Callable<Void>>mapToObj(
                  share ->
                      () -> {
                        for (int i = from + share; i < to; i += THREADS) {
                          int number = i;
                          s3.putObject(
                              b -> b.bucket(bucket).key(key(number)),
                              RequestBody.fromString("object " + number));
                        }
                        return null;
                      })
              .toList();
      for (Future<Void> done : threads.invokeAll(shares)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
