package io.claviger.bulk.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.claviger.PublicApi;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md that end here, and the public API. */
class SparkArchitectureTest {
  private static final String PACKAGE = "io.claviger.bulk.spark";
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(PACKAGE);

  @Test
  void onlyTheMainClassKnowsJobsAndSources() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Main.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.claviger.bulk.audit..",
            "io.claviger.bulk.migrate..",
            "io.claviger.bulk.rewrap..",
            "io.claviger.bulk.verify..",
            "io.claviger.bulk.source..")
        .check(CODE);
  }

  @Test
  void whatRunsInTasksKnowsNothingOfSpark() {
    noClasses()
        .that()
        .haveSimpleNameNotStartingWith("Spark")
        .and()
        .doNotHaveFullyQualifiedName(Main.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(BulkOnSpark.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(CODE);
  }

  @Test
  void theApiIsTheOneThatIsCheckedIn() throws IOException {
    List<String> api = PublicApi.check(Cluster.class, List.of(PACKAGE));
    assertThat(api).as("no type of Scala").noneMatch(line -> line.contains("scala."));
  }
}
