package io.claviger.e2e.bulk;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A writer that overwrites one of twenty {@link SmallObjects} again and again until it is over, and
 * returns what it wrote last.
 */
record OneInTwenty(S3Client s3, String bucket, int objects, AtomicBoolean over)
    implements Callable<Map<String, String>> {
  private static final int EVERY = 20;

  @Override
  public Map<String, String> call() {
    Map<String, String> last = new ConcurrentHashMap<>();
    for (int round = 0; !over.get(); round++) {
      for (int number = 0; number < objects && !over.get(); number += EVERY) {
        String key = SmallObjects.key(number);
        String text = "written in round %d, object %d".formatted(round, number);
        s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text));
        last.put(key, text);
      }
    }
    return last;
  }
}
