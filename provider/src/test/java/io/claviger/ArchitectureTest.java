package io.claviger;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {
  /** In the order of the arrow: each package may use those before it. */
  private static final List<String> ORDER =
      List.of(
          "engine",
          "floe",
          "object",
          "format",
          "kms",
          "config",
          "backend.keyring",
          "service",
          "jca",
          "encryption");

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.claviger");

  @Test
  void packagesUseOnlyThoseBeforeThem() {
    for (int i = 0; i < ORDER.size(); i++) {
      List<String> later = new ArrayList<>();
      ORDER.subList(i + 1, ORDER.size()).forEach(name -> later.add("io.claviger." + name + ".."));
      if (!later.isEmpty()) {
        noClasses()
            .that()
            .resideInAPackage("io.claviger." + ORDER.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(later.toArray(String[]::new))
            .check(CODE);
      }
    }
  }

  @Test
  void theServiceNamesNoBackendAndBackendsNoService() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.claviger.service..", "io.claviger.jca..", "io.claviger.encryption..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.claviger.backend..")
        .check(CODE);
    noClasses()
        .that()
        .resideInAPackage("io.claviger.backend..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.claviger.service..", "io.claviger.jca..", "io.claviger.encryption..")
        .check(CODE);
  }

  @Test
  void backendsKnowNoOtherBackend() {
    slices()
        .matching("io.claviger.backend.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            resideInAPackage("io.claviger.backend.."),
            resideInAPackage("io.claviger.backend.keyring.."))
        // both backends over Vault share one connection and one login
        .ignoreDependency(
            resideInAPackage("io.claviger.backend.transit.."),
            resideInAPackage("io.claviger.backend.vault.."))
        .check(CODE);
  }

  @Test
  void bytesReachFloeThroughTheFormatOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.claviger.floe..", "io.claviger.format..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.claviger.floe..")
        .check(CODE);
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    assertThat(
            CODE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("io.claviger.") && !name.contains(".backend."))
                .map(name -> name.substring("io.claviger.".length()))
                .distinct())
        .isSubsetOf(ORDER);
  }

  @Test
  void onlyTheEngineAsksForRawAlgorithms() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.claviger.engine..", "io.claviger.encryption..")
        .should()
        .callMethod(javax.crypto.Cipher.class, "getInstance", String.class)
        .orShould()
        .callMethod(javax.crypto.Mac.class, "getInstance", String.class)
        .check(CODE);
  }

  @Test
  void formatAndFloeDoNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage("io.claviger.floe..", "io.claviger.format..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.(io\\.(File|InputStream|OutputStream).*|net\\..*|nio\\.file\\..*)")
        .check(CODE);
  }

  @Test
  void serviceProviderClassesAreNotPublic() {
    classes().that().haveSimpleNameEndingWith("Spi").should().notBePublic().check(CODE);
  }

  @Test
  void noCycles() {
    slices().matching("io.claviger.(**)").should().beFreeOfCycles().check(CODE);
  }
}
