package io.claviger.s3;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Program of {@link InstalledEnginesTest}: another engine ahead of the JDK's reads what that one
 * sealed, refuses what was changed, and seals the same. Arguments: class of the provider, endpoint,
 * key folder.
 */
final class InstalledEngineRun {
  static final List<Integer> SIZES = List.of(0, 1, 65_535, 65_536, 65_537, 3 << 20);
  static final String CHANGED = "jdk/changed";

  private static final String KEY = "key-1";

  private InstalledEngineRun() {}

  /** A client whose keys are in {@code folder}; makes the key unless it is there. */
  static S3Client client(URI endpoint, Path folder) {
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(
        KmsConfig.builder(LocalConfig.of(folder, "passphrase"))
            .allowInsecureDevDefaults(true)
            .build());
    kms.start();
    kms.manager().ensureKey(KEY);
    return Clients.with(
        endpoint,
        ClavigerInterceptor.builder().provider(new ClavigerProvider(kms)).keyId(KEY).build());
  }

  /** Puts an object of every size, one to be changed, and one in two parts. */
  static void write(S3Client s3, String prefix) {
    for (int size : SIZES) {
      put(s3, prefix + size, size);
    }
    put(s3, prefix + "changed", 100_000);
    Multipart upload = Multipart.create(s3, "b", prefix + "parts");
    upload.complete(upload.parts(PutAndGetTest.bytes(Multipart.LARGE), PutAndGetTest.bytes(9)));
  }

  private static void put(S3Client s3, String key, int size) {
    s3.putObject(b -> b.bucket("b").key(key), RequestBody.fromBytes(PutAndGetTest.bytes(size)));
  }

  /** Whether all of it comes back, and a range across two segments. */
  static boolean isThere(S3Client s3, String prefix) {
    boolean all = true;
    for (int size : SIZES) {
      all &= Arrays.equals(get(s3, prefix + size, null), PutAndGetTest.bytes(size));
    }
    byte[] range = get(s3, prefix + (3 << 20), "bytes=65530-65550");
    byte[] parts = Multipart.join(PutAndGetTest.bytes(Multipart.LARGE), PutAndGetTest.bytes(9));
    return all
        && Arrays.equals(range, Arrays.copyOfRange(PutAndGetTest.bytes(3 << 20), 65_530, 65_551))
        && Arrays.equals(get(s3, prefix + "parts", null), parts);
  }

  private static byte[] get(S3Client s3, String key, String range) {
    return s3.getObjectAsBytes(b -> b.bucket("b").key(key).range(range)).asByteArray();
  }

  public static void main(String[] args) throws Exception {
    Provider engine =
        Class.forName(args[0]).asSubclass(Provider.class).getDeclaredConstructor().newInstance();
    Security.insertProviderAt(engine, 1);
    Cipher bulk = Cipher.getInstance("AES/GCM/NoPadding");
    bulk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[32], "AES"));
    System.out.println("AES-GCM by " + bulk.getProvider().getName());
    S3Client s3 = client(URI.create(args[1]), Path.of(args[2]));
    System.out.println("read what the JDK sealed: " + isThere(s3, "jdk/"));
    try {
      get(s3, CHANGED, null);
      System.out.println("opened what was changed");
    } catch (ClavigerS3Exception e) {
      System.out.println("what was changed: " + e.failure());
    }
    write(s3, "engine/");
    System.out.println("sealed");
    System.exit(0);
  }
}
