package io.claviger.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Root > subjects > shell; only what works with the store knows the AWS SDK. */
class CliArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.claviger.cli");

  @Test
  void packagesHaveNoCycle() {
    slices().matching("io.claviger.cli.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void subjectsKnowTheShellAndNotTheRoot() {
    noClasses()
        .that()
        .resideInAPackage("io.claviger.cli.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.claviger.cli")
        .check(CODE);
  }

  @Test
  void keysAndFilesKnowNothingOfTheStore() {
    noClasses()
        .that()
        .resideInAnyPackage("io.claviger.cli.shell", "io.claviger.cli.key", "io.claviger.cli.file")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..", "io.claviger.s3..")
        .check(CODE);
  }

  @Test
  void noRoomBelowTheInterceptorsDoorIsUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.claviger.s3.internal..")
        .check(CODE);
  }
}
