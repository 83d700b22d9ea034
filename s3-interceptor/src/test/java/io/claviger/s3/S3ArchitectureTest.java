package io.claviger.s3;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;

/** The arrow of docs/architecture.md that ends here: no keys, no ciphers, no key store. */
class S3ArchitectureTest {
  private final JavaClasses code =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.claviger.s3");

  @Test
  void keysAndCiphersAreOthersWork() {
    noClasses()
        .that()
        .resideInAPackage("io.claviger.s3..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.claviger.engine..",
                    "io.claviger.floe..",
                    "io.claviger.backend..",
                    "javax.crypto..")
                .and(not(type(SecretKey.class)))) // an option takes one and hands it on
        .check(code);
  }
}
