package io.claviger.spark;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Claviger's plug-in refuses at the start of a driver or an executor, in the order in which it
 * is mended: an SDK or S3A in which nothing can be sealed ({@link SdkCheck}), secrets in the clear
 * ({@link SecretPlaces}), settings that pass over damaged files ({@link IgnoredFiles}), and no way
 * in ({@link WayIn}). What it refuses of a query later is {@link QueryCheck}.
 */
final class StartCheck {
  /** Begins every refusal that another try does not heal; the driver knows it by this. */
  static final String REFUSED = "Claviger refuses to start here (";

  private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

  private StartCheck() {}

  /**
   * Requires that this process seals what it stores, and returns how.
   *
   * @param where the driver, or which executor, for the message
   * @param sdkToo whether clients of the SDK beside S3A must be sealed whatever they are for
   * @throws RefusedStart with all that is wrong and how to mend it
   */
  static WayIn require(SparkSettings settings, String where, boolean sdkToo) {
    List<String> wrong = new ArrayList<>();
    wrong.addAll(SecretPlaces.wrong(settings, System.getProperties(), System.getenv()));
    wrong.addAll(IgnoredFiles.wrong(settings));
    wrong.addAll(SdkCheck.wrong(SdkCheck.class.getClassLoader()));
    WayIn found = null;
    if (wrong.isEmpty()) {
      found = WayIn.of(settings, sdkToo);
      wrong.addAll(found.wrong());
    }
    if (found == null || !wrong.isEmpty()) {
      throw new RefusedStart(
          REFUSED
              + where
              + "), so that nothing is stored in the clear: "
              + String.join("; ", wrong)
              + " (docs/spark.md)");
    }
    LOG.info("Claviger seals what this {} stores in S3: {}", where, found.names());
    return found;
  }
}
