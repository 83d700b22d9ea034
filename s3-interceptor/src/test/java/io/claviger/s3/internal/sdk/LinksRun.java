package io.claviger.s3.internal.sdk;

import java.util.Set;

/**
 * Prints what the SDK on the class path lacks of all that Claviger's class files name; for {@code
 * .ci/engines}. Exit status 0 when that is nothing.
 */
public final class LinksRun {
  private LinksRun() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    Set<String> missing =
        SdkVersion.missing(
            "io/claviger/s3/ClavigerDropIn",
            "io/claviger/s3/Rewrap",
            "io/claviger/s3/SealedUpload");
    missing.forEach(System.out::println);
    System.exit(missing.isEmpty() ? 0 : 1);
  }
}
