package io.claviger.spark;

import io.claviger.hadoop.SealingSetup;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How Claviger gets into what stores objects: as the drop-in, by which every client of the SDK
 * seals, or as S3A's implementation, by which S3A does. One of them must, and work.
 *
 * @param names those that do, for the log
 * @param dropIn why the drop-in does not act, or an empty text when it does
 * @param wrong a sentence for each that does not and should
 */
record WayIn(String names, String dropIn, List<String> wrong) {
  private static final String IMPLEMENTATION = "fs.s3a.impl";
  private static final String OF_FILE_CONTEXT = "fs.AbstractFileSystem.s3a.impl";
  private static final String SEALED_S3A = "io.claviger.hadoop.SealedS3A";

  /**
   * Looks at this process.
   *
   * @param sdkToo whether clients of the SDK beside S3A must be sealed whatever they are for
   */
  static WayIn of(SparkSettings settings, boolean sdkToo) {
    Configuration hadoop = settings.hadoop();
    boolean asFileSystem = SealingSetup.FILE_SYSTEM.equals(hadoop.getTrimmed(IMPLEMENTATION, ""));
    List<String> names = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    String dropIn = whyNoDropIn();
    if (dropIn.isEmpty()) {
      names.add("every client of the AWS SDK, by the drop-in");
      wrong.addAll(sizes());
    } else if (!asFileSystem) {
      wrong.add(dropIn);
    } else {
      wrong.addAll(fileContext(hadoop));
      wrong.addAll(SdkCatalogs.wrong(settings.all(), dropIn));
      if (sdkToo && wrong.isEmpty()) {
        wrong.add(
            "clients of the AWS SDK beside S3A are sealed on the driver and would not be here: "
                + dropIn);
      }
    }
    if (asFileSystem) {
      try {
        SealingSetup.requireConfigured(hadoop);
        names.add("S3A, by " + IMPLEMENTATION);
      } catch (IOException e) {
        if (mayHeal(e.getCause())) {
          throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
        wrong.add(String.valueOf(e.getMessage()));
      }
    }
    return new WayIn(String.join(" and ", names), dropIn, wrong);
  }

  /** FileContext makes S3A of its own, by a setting of its own. */
  static List<String> fileContext(Configuration hadoop) {
    String found = hadoop.getTrimmed(OF_FILE_CONTEXT, "");
    return found.equals(SEALED_S3A)
        ? List.of()
        : List.of(
            "%s is %s: offsets and state of streams are stored through it, and would be in the clear. Set spark.hadoop.%s=%s"
                .formatted(
                    OF_FILE_CONTEXT,
                    found.isEmpty() ? "not set" : found,
                    OF_FILE_CONTEXT,
                    SEALED_S3A));
  }

  /** Returns why the drop-in does not act, or an empty text when it does. */
  private static String whyNoDropIn() {
    try (S3Client client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(new NoHttp())
            .build()) {
      ClavigerDropIn.requireOn(client);
      return "";
    } catch (ClavigerS3Exception e) {
      if (mayHeal(e.getCause())) {
        throw e;
      }
      return seenFrom(String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      return seenFrom(e.toString());
    }
  }

  /** Then it is no refusal of this place: Spark tries again with another executor. */
  private static boolean mayHeal(@Nullable Throwable cause) {
    return cause instanceof KmsException kms && kms.isRetryable();
  }

  private static String seenFrom(String why) {
    boolean apart = S3Client.class.getClassLoader() != ClavigerDropIn.class.getClassLoader();
    return apart
        ? "the AWS SDK (%s) is in another class loader than Claviger (%s), as with --jars and --packages, and looks for interceptors beside its own classes only. Put the jar into spark.driver.extraClassPath and spark.executor.extraClassPath or into Spark's folder jars; or set spark.hadoop.%s=%s, which works from --jars too"
            .formatted(
                SdkCheck.place(S3Client.class),
                SdkCheck.place(ClavigerDropIn.class),
                IMPLEMENTATION,
                SealingSetup.FILE_SYSTEM)
        : why;
  }

  private static List<String> sizes() {
    String sizes = ClavigerDropIn.options().getOrDefault("list_sizes", "EXACT");
    return sizes.trim().toUpperCase(Locale.ROOT).equals("EXACT")
        ? List.of()
        : List.of(
            "claviger.s3.list_sizes is %s: readers of Parquet and ORC look for the end of a file where listings say. Use EXACT"
                .formatted(sizes));
  }

  /** The client is looked at and never used. */
  private static final class NoHttp implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      throw new IllegalStateException("internal error: the client of a check sends nothing");
    }

    @Override
    public void close() {}
  }
}
