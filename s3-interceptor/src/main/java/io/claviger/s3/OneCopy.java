package io.claviger.s3;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the bundle beside the plain jars. Both hold these classes, compiled against libraries of
 * different names, so a class path with both would take some of each.
 */
final class OneCopy {
  private static final String HERE = "io/claviger/s3/OneCopy.class";

  /** Only the bundle has it. */
  private static final String BUNDLE = "META-INF/claviger-s3-bundle";

  private OneCopy() {}

  /**
   * Requires that {@code loader} itself has no second copy; what its parent has is another copy in
   * a loader of its own, and no mixture.
   *
   * @throws ClavigerS3Exception CONFIGURATION naming both jars
   */
  static void require(@Nullable ClassLoader loader) {
    if (loader == null) {
      return;
    }
    List<String> copies = own(loader, HERE);
    if (copies.size() > 1 && !own(loader, BUNDLE).isEmpty()) {
      throw ClavigerS3Exception.of(
          Failure.CONFIGURATION,
          "",
          "Claviger is on the class path twice, as the bundle and as plain jars: %s. They would be mixed, so nothing is sealed or opened. The bundle has all that the plain jars have: leave only claviger-s3-bundle, or take it away (docs/drop-in.md)"
              .formatted(String.join(" and ", copies)));
    }
  }

  /** Returns the places of {@code name} that {@code loader} has and its parent has not. */
  private static List<String> own(ClassLoader loader, String name) {
    try {
      Set<URL> all = new LinkedHashSet<>(Collections.list(loader.getResources(name)));
      if (loader.getParent() != null) {
        Collections.list(loader.getParent().getResources(name)).forEach(all::remove);
      }
      return all.stream().map(u -> u.toString().replace("!/" + name, "")).toList();
    } catch (IOException e) {
      return List.of(); // a class path that cannot be read is not one that was read twice
    }
  }
}
