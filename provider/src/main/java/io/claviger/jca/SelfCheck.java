package io.claviger.jca;

import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a provider is on. Also a command, to be given the class path or module path, the JVM
 * options and the environment of the application in question:
 *
 * <pre>java -cp "app/lib/*" io.claviger.jca.SelfCheck [argument]</pre>
 *
 * @param providerName its name
 * @param place its place among the registered providers from 1; 0 when not registered
 * @param providers how many providers are registered
 * @param backend type of the running backend; empty when none runs
 * @param problem why its key management service does not answer; empty when it does
 */
public record SelfCheck(
    String providerName,
    int place,
    int providers,
    Optional<String> backend,
    Optional<String> problem) {

  /**
   * Prints a line for each registered provider of this library, or, with an argument as in {@code
   * security.provider.N=Claviger argument}, for one that is configured by it; a lone {@code -}
   * means the environment; then version and jar of the AWS SDK, where there is one. Exit status 0
   * when there is one and every key service answers, else 1.
   */
  public static void main(String[] args) {
    List<ClavigerProvider> checked = args.length == 0 ? registered() : List.of(configured(args));
    if (checked.isEmpty()) {
      System.out.println(
          "no provider of Claviger is registered; add security.provider.N=Claviger to the security"
              + " properties, or give its argument here (- for the environment) to check that");
    }
    boolean good = !checked.isEmpty();
    for (ClavigerProvider provider : checked) {
      SelfCheck check = provider.selfCheck();
      System.out.println(check);
      good &= check.isHealthy();
    }
    AwsSdk.found(SelfCheck.class.getClassLoader()).ifPresent(System.out::println);
    System.exit(good ? 0 : 1); // a backend may have threads of its own
  }

  private static List<ClavigerProvider> registered() {
    return Stream.of(Security.getProviders())
        .filter(ClavigerProvider.class::isInstance)
        .map(ClavigerProvider.class::cast)
        .toList();
  }

  private static ClavigerProvider configured(String[] args) {
    String argument = String.join(" ", Arrays.asList(args));
    Provider made = new ClavigerProvider().configure(argument.equals("-") ? "" : argument);
    return (ClavigerProvider) made;
  }

  /** Whether the provider is registered. */
  public boolean isRegistered() {
    return place > 0;
  }

  /** Whether the key management service answers. */
  public boolean isHealthy() {
    return problem.isEmpty();
  }

  /** Returns a line for people. */
  @Override
  public String toString() {
    String where =
        isRegistered()
            ? "registered at place %d of %d%s"
                .formatted(place, providers, place == providers ? "" : "; last is recommended")
            : "not registered; pass it to getInstance, or call Security.addProvider";
    String service =
        backend.map(type -> "key service (backend " + type + ")").orElse("key service");
    String answers = problem.map(p -> " not usable: " + p).orElse(" answers");
    return "%s: %s; %s%s".formatted(providerName, where, service, answers);
  }
}
