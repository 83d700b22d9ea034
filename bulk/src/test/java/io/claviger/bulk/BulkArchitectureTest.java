package io.claviger.bulk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.claviger.PublicApi;
import io.claviger.bulk.run.BulkRunner;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md that end here, and the public API. */
class BulkArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.claviger.bulk");

  private static Set<String> packages() {
    return CODE.stream()
        .map(JavaClass::getPackageName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theNounsKnowNeitherJobsNorSourcesNorTheRunner() {
    noClasses()
        .that()
        .resideInAPackage("io.claviger.bulk")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.claviger.bulk.*..")
        .check(CODE);
  }

  @Test
  void theRunnerKnowsNoJobAndNoSource() {
    noClasses()
        .that()
        .resideInAPackage("io.claviger.bulk.run..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            packages().stream()
                .filter(name -> !name.equals("io.claviger.bulk"))
                .filter(name -> !name.equals("io.claviger.bulk.run"))
                .toArray(String[]::new))
        .check(CODE);
  }

  @Test
  void packagesHaveNoCycle() {
    slices().matching("io.claviger.bulk.(*)..").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void onlyThePublicFacesOfOtherModulesAreUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.claviger.s3.internal..",
            "io.claviger.engine..",
            "io.claviger.floe..",
            "io.claviger.backend..",
            "javax.crypto..")
        .check(CODE);
  }

  @Test
  void theApiIsTheOneThatIsCheckedIn() throws IOException {
    List<String> api = PublicApi.check(BulkRunner.class, packages());
    assertThat(api).noneMatch(line -> line.contains(".internal."));
  }
}
