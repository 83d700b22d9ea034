package io.claviger.s3.internal.call;

import java.util.List;

/**
 * Names that stand where a bucket's name stands and are none: access points, by their ARN or by the
 * alias that S3 made for them. The name does not show which bucket is behind it.
 */
final class AccessPoints {
  /** Endings that S3 keeps for aliases of access points; no bucket may be named so. */
  private static final List<String> ALIASES = List.of("-s3alias", "--ol-s3", "--op-s3", "--xa-s3");

  private AccessPoints() {}

  static boolean isOne(String bucket) {
    if (bucket.startsWith("arn:")) {
      return true;
    }
    for (String ending : ALIASES) {
      if (bucket.endsWith(ending)) {
        return true;
      }
    }
    return false;
  }
}
