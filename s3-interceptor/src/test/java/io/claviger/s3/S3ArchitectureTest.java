package io.claviger.s3;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.SdkInternalExecutionAttribute;

/** The arrow of docs/architecture.md that ends here: no keys, no ciphers, no key store. */
class S3ArchitectureTest {
  private static final JavaClasses CODE =
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
        .check(CODE);
  }

  /**
   * The packages in order: each may use those after it. Operations use one another only as {@code
   * copy} does {@code multipart}, and both {@code write}.
   */
  private static final List<String> PACKAGES =
      List.of(
          "io.claviger.s3",
          "io.claviger.s3.internal.copy",
          "io.claviger.s3.internal.list",
          "io.claviger.s3.internal.multipart",
          "io.claviger.s3.internal.read",
          "io.claviger.s3.internal.write",
          "io.claviger.s3.internal.stored",
          "io.claviger.s3.internal.call",
          "io.claviger.s3.internal.body",
          "io.claviger.s3.internal.wire",
          "io.claviger.s3.api",
          "io.claviger.s3.rules",
          "io.claviger.s3.internal.sdk");

  private static final Set<String> OPERATIONS =
      Set.of("copy", "list", "multipart", "read", "write");

  /** What one operation may use of another. */
  private static final Map<String, Set<String>> BESIDE =
      Map.of("copy", Set.of("multipart", "write"), "multipart", Set.of("write"));

  @Test
  void everyClassIsInAKnownPackage() {
    Set<String> found =
        CODE.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).containsExactlyInAnyOrderElementsOf(PACKAGES);
  }

  @Test
  void packagesUseOnlyThoseAfterThem() {
    for (int i = 1; i < PACKAGES.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage(PACKAGES.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PACKAGES.subList(0, i).toArray(new String[0]))
          .check(CODE);
    }
  }

  @Test
  void packagesHaveNoCycle() {
    slices().matching("io.claviger.s3.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void operationsUseOneAnotherAsTheyMay() {
    for (String operation : OPERATIONS) {
      String[] others =
          OPERATIONS.stream()
              .filter(o -> !o.equals(operation))
              .filter(o -> !BESIDE.getOrDefault(operation, Set.of()).contains(o))
              .map(o -> "io.claviger.s3.internal." + o)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("io.claviger.s3.internal." + operation)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CODE);
    }
  }

  @Test
  void theSdksInternalsAreUsedInOneFile() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.claviger.s3.internal.sdk.SdkInternals")
        .should()
        .dependOnClassesThat(
            resideInAPackage("software.amazon.awssdk..internal..")
                .or(type(SdkInternalExecutionAttribute.class)))
        .check(CODE);
  }

  @Test
  void nobodyOutsideNamesARoomBelowTheDoor() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String module :
        List.of("s3-autoload", "examples", "benchmarks", "src-test-e2e", "provider", "docs")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (Files.readString(file).contains("io.claviger.s3.internal")) {
            found.add(file);
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** Slices by package cannot see a knot inside one. */
  @Test
  void noCycleOfClassesIsLongerThanFour() {
    assertThat(cycles()).allSatisfy(c -> assertThat(c.size()).as("%s", c).isLessThanOrEqualTo(4));
  }

  /**
   * Returns the sets of classes that all reach one another; nested ones count as their outer one.
   */
  private Set<Set<String>> cycles() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass from : CODE) {
      for (Dependency to : from.getDirectDependenciesFromSelf()) {
        String target = outer(to.getTargetClass());
        if (target.startsWith("io.claviger.s3.") && !target.equals(outer(from))) {
          uses.computeIfAbsent(outer(from), c -> new TreeSet<>()).add(target);
        }
      }
    }
    Map<String, Set<String>> reached = new TreeMap<>();
    uses.keySet().forEach(c -> reached.put(c, reachedFrom(c, uses)));
    Set<Set<String>> cycles = new HashSet<>();
    for (String each : reached.keySet()) {
      Set<String> cycle = new TreeSet<>(reached.get(each));
      cycle.removeIf(c -> !reached.getOrDefault(c, Set.of()).contains(each));
      cycles.add(cycle);
    }
    return cycles;
  }

  private static Set<String> reachedFrom(String start, Map<String, Set<String>> uses) {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(uses.getOrDefault(start, Set.of()));
    while (!next.isEmpty()) {
      String each = next.pop();
      if (reached.add(each)) {
        next.addAll(uses.getOrDefault(each, Set.of()));
      }
    }
    return reached;
  }

  private static String outer(JavaClass any) {
    String name = any.getBaseComponentType().getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}
