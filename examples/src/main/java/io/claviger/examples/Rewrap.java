package io.claviger.examples;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Single objects get a new key version, another master key and another name; their bytes never
 * travel.
 */
public final class Rewrap {
  private static final String BUCKET = "rewrap";

  private Rewrap() {}

  /**
   * Runs the example.
   *
   * @param args an S3 endpoint; without it a server is started inside this JVM
   */
  public static void main(String[] args) {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "2026");
    keys.manager().createKey("2026");
    keys.manager().createKey("2027");
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).build();
    try (Store store = Store.open(args.length == 0 ? null : URI.create(args[0]));
        S3Client s3 = store.client(interceptor);
        S3Client plain = store.client()) {
      plain.createBucket(b -> b.bucket(BUCKET));
      for (int i = 1; i <= 3; i++) {
        String key = "letters/" + i;
        s3.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString("letter " + key));
      }

      keys.manager().rotateKey("2026");
      var rewrap = io.claviger.s3.Rewrap.with(s3);
      rewrap.object(BUCKET, "letters/3");
      System.out.println("letters/3 is sealed under the new version");

      rewrap.toKey("2027").object(BUCKET, "letters/1");
      System.out.println("letters/1 is sealed under key " + keyOf(plain, "letters/1"));

      rewrap.object(BUCKET, "letters/2", BUCKET, "archive/2");
      System.out.println(
          "archive/2: "
              + s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("archive/2")).asUtf8String());
    }
  }

  private static String keyOf(S3Client plain, String key) {
    return plain.headObject(b -> b.bucket(BUCKET).key(key)).metadata().get("claviger-key");
  }
}
