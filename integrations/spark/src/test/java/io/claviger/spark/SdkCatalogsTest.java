package io.claviger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which catalogs store by a client of the SDK, as their settings say. */
class SdkCatalogsTest {
  private static final String CATALOG = "spark.sql.catalog.lake";

  private static Map<String, String> settings(String text) {
    Map<String, String> settings = new HashMap<>();
    settings.put(CATALOG, "org.apache.iceberg.spark.SparkCatalog");
    for (String each : text.split(" ")) {
      int equals = each.indexOf('=');
      settings.put(CATALOG + "." + each.substring(0, equals), each.substring(equals + 1));
    }
    return settings;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=hadoop io-impl=org.apache.iceberg.aws.s3.S3FileIO",
        "type=hive io-impl=org.apache.iceberg.io.ResolvingFileIO",
        "type=glue",
        "type=rest",
        "catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog",
        "catalog-impl=org.apache.iceberg.rest.RESTCatalog warehouse=s3://orders"
      })
  void theseAreRefusedWhereTheDropInDoesNotAct(String settings) {
    assertThat(SdkCatalogs.wrong(settings(settings), "it is not there"))
        .singleElement()
        .asString()
        .contains(CATALOG + " stores by S3FileIO", "does not act: it is not there")
        .contains(CATALOG + ".io-impl=org.apache.iceberg.hadoop.HadoopFileIO");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=hadoop",
        "type=hive",
        "type=rest io-impl=org.apache.iceberg.hadoop.HadoopFileIO",
        "catalog-impl=org.apache.iceberg.jdbc.JdbcCatalog"
      })
  void theseStoreByHadoop(String settings) {
    assertThat(SdkCatalogs.wrong(settings(settings), "it is not there")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"type=rest", "io-impl=org.apache.iceberg.aws.s3.S3FileIO"})
  void catalogsOfOthersAreLeftAlone(String settings) {
    Map<String, String> others = settings(settings);
    others.put(CATALOG, "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    assertThat(SdkCatalogs.wrong(others, "it is not there")).isEmpty();
  }
}
