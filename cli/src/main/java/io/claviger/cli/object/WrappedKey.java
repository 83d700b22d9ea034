package io.claviger.cli.object;

import io.claviger.format.Envelope;
import io.claviger.format.KeyWrap;

/** Which version of a master key a wrapped key names. */
final class WrappedKey {
  private WrappedKey() {}

  static void describe(byte[] blob, Statement said) {
    said.with("keyVersion", Envelope.versionStatedBy(blob));
    if (KeyWrap.isVersionedDataKey(blob)) {
      said.with("keyVersionId", KeyWrap.versionOf(blob).hexId());
    }
  }
}
