package io.claviger.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's catalogs whose files a client of the SDK stores, beside S3A: {@code S3FileIO}, named or
 * because the catalog uses it by default. What seals S3A does not seal these; the drop-in does.
 */
final class SdkCatalogs {
  private static final Pattern CATALOG = Pattern.compile("spark\\.sql\\.catalog\\.[^.]+");
  private static final String ICEBERG = "org.apache.iceberg.";

  /** The second one chooses the first one for s3 and s3a. */
  private static final Set<String> CLIENTS = Set.of("S3FileIO", "ResolvingFileIO");

  private static final Set<String> WITH_A_CLIENT =
      Set.of("glue", "rest", "GlueCatalog", "RESTCatalog", "DynamoDbCatalog", "S3TablesCatalog");

  private SdkCatalogs() {}

  /**
   * Returns a sentence for each such catalog.
   *
   * @param settings of an application or a session, by name
   * @param why the drop-in does not act
   */
  static List<String> wrong(Map<String, String> settings, String why) {
    List<String> wrong = new ArrayList<>();
    settings.forEach(
        (name, value) -> {
          Matcher catalog = CATALOG.matcher(name);
          if (catalog.matches() && value.trim().startsWith(ICEBERG) && hasClient(name, settings)) {
            wrong.add(
                "%s stores by S3FileIO, a client of the AWS SDK beside S3A, which only the drop-in seals, and the drop-in does not act: %s. Mend that, or store by S3A: %s.io-impl=org.apache.iceberg.hadoop.HadoopFileIO and a location with s3a://"
                    .formatted(name, why, name));
          }
        });
    return wrong;
  }

  private static boolean hasClient(String catalog, Map<String, String> settings) {
    String files = settings.get(catalog + ".io-impl");
    return files != null
        ? CLIENTS.contains(simpleName(files))
        : WITH_A_CLIENT.contains(simpleName(settings.get(catalog + ".type")))
            || WITH_A_CLIENT.contains(simpleName(settings.get(catalog + ".catalog-impl")));
  }

  private static String simpleName(@Nullable String name) {
    return name == null ? "" : name.trim().substring(name.trim().lastIndexOf('.') + 1);
  }
}
