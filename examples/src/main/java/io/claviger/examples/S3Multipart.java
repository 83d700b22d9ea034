package io.claviger.examples;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Two processes upload the parts of one object, each every second one. All that passes between them
 * is the upload id; the keys are in a folder that both may read.
 */
public final class S3Multipart {
  private static final String BUCKET = "multipart";
  private static final String KEY = "measurements";
  private static final String PASSPHRASE = "a passphrase of the example";
  private static final int PARTS = 5;
  private static final int PART_BYTES = 6 << 20;

  private S3Multipart() {}

  /**
   * Runs the example, or one of its two uploading processes.
   *
   * @param args an S3 endpoint; without it a server is started inside this JVM. The uploading
   *     processes get endpoint, key folder, upload id and the first part to upload
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 4) {
      uploadEverySecondPart(
          URI.create(args[0]), Path.of(args[1]), args[2], Integer.parseInt(args[3]));
      return;
    }
    Path folder = TemporaryFolders.create("claviger-keys");
    Path keyFolder = folder.resolve("keys");
    try (Store store = Store.open(args.length == 0 ? null : URI.create(args[0]));
        S3Client s3 = store.client(interceptor(keyFolder, true))) {
      s3.createBucket(b -> b.bucket(BUCKET));
      String id = s3.createMultipartUpload(b -> b.bucket(BUCKET).key(KEY)).uploadId();
      System.out.println("an upload id of " + id.length() + " characters");
      List<Process> uploading = new ArrayList<>();
      for (int first = 1; first <= 2; first++) {
        uploading.add(start(store.endpoint(), keyFolder, id, first));
      }
      List<CompletedPart> parts = new ArrayList<>();
      for (Process process : uploading) {
        parts.addAll(partsOf(process));
      }
      parts.sort(Comparator.comparing(CompletedPart::partNumber));
      s3.completeMultipartUpload(
          b -> b.bucket(BUCKET).key(KEY).uploadId(id).multipartUpload(m -> m.parts(parts)));
      compare(s3);
    } finally {
      TemporaryFolders.delete(folder);
    }
  }

  private static ClavigerInterceptor interceptor(Path keyFolder, boolean create) {
    KmsServiceManager keys = new KmsServiceManager();
    keys.configure(
        KmsConfig.builder(LocalConfig.of(keyFolder, PASSPHRASE))
            .allowInsecureDevDefaults(true)
            .build());
    keys.start();
    if (create) {
      keys.manager().createKey("orders");
    }
    return ClavigerInterceptor.builder()
        .provider(new ClavigerProvider(keys))
        .keyId("orders")
        .build();
  }

  /** Bytes that follow from their place, so that every process can make them. */
  private static byte[] part(int number) {
    byte[] bytes = new byte[PART_BYTES];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  private static void uploadEverySecondPart(URI endpoint, Path keyFolder, String id, int first) {
    try (Store store = Store.open(endpoint);
        S3Client s3 = store.client(interceptor(keyFolder, false))) {
      for (int number = first; number <= PARTS; number += 2) {
        int part = number;
        String eTag =
            s3.uploadPart(
                    b -> b.bucket(BUCKET).key(KEY).uploadId(id).partNumber(part),
                    RequestBody.fromBytes(part(part)))
                .eTag();
        System.out.println("part " + part + " " + eTag);
      }
    }
  }

  private static Process start(URI endpoint, Path keyFolder, String id, int first)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            S3Multipart.class.getName(),
            endpoint.toString(),
            keyFolder.toString(),
            id,
            String.valueOf(first))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Waits for a process and returns the parts that it reports. */
  private static List<CompletedPart> partsOf(Process process)
      throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("an uploading process failed:\n" + output);
    }
    List<CompletedPart> parts = new ArrayList<>();
    for (String line : output.lines().filter(l -> l.startsWith("part ")).toList()) {
      System.out.println("process " + process.pid() + ": " + line);
      String[] words = line.split(" ");
      int number = Integer.parseInt(words[1]);
      parts.add(CompletedPart.builder().partNumber(number).eTag(words[2]).build());
    }
    return parts;
  }

  private static void compare(S3Client s3) throws IOException {
    try (InputStream opened = s3.getObject(b -> b.bucket(BUCKET).key(KEY))) {
      for (int number = 1; number <= PARTS; number++) {
        byte[] expected = part(number);
        if (!java.util.Arrays.equals(opened.readNBytes(expected.length), expected)) {
          throw new IllegalStateException("part " + number + " differs");
        }
      }
      if (opened.read() >= 0) {
        throw new IllegalStateException("bytes behind the last part");
      }
    }
    System.out.println("read back: " + PARTS + " parts, every byte as it was");
  }
}
