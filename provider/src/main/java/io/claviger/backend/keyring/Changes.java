package io.claviger.backend.keyring;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes changed copies of metadata. */
final class Changes {
  private final KeyMetadata m;

  private Changes(KeyMetadata metadata) {
    this.m = metadata;
  }

  static Changes of(KeyMetadata metadata) {
    return new Changes(metadata);
  }

  KeyMetadata metadata() {
    return m;
  }

  Changes state(KeyState state) {
    return copy(
        state, m.description(), m.tags(), m.rotatedAt(), m.deletionDate(), m.currentVersion());
  }

  Changes description(String text) {
    return copy(m.state(), text, m.tags(), m.rotatedAt(), m.deletionDate(), m.currentVersion());
  }

  Changes tags(Map<String, String> tags) {
    return copy(
        m.state(), m.description(), tags, m.rotatedAt(), m.deletionDate(), m.currentVersion());
  }

  Changes deletionDate(@Nullable Instant due) {
    return copy(m.state(), m.description(), m.tags(), m.rotatedAt(), due, m.currentVersion());
  }

  Changes rotated(int version, Instant when) {
    return copy(m.state(), m.description(), m.tags(), when, m.deletionDate(), version);
  }

  private Changes copy(
      KeyState state,
      String description,
      Map<String, String> tags,
      @Nullable Instant rotatedAt,
      @Nullable Instant deletionDate,
      int version) {
    return new Changes(
        new KeyMetadata(
            m.keyId(),
            state,
            m.usage(),
            description,
            tags,
            m.createdAt(),
            rotatedAt,
            deletionDate,
            version,
            m.origin(),
            m.createdBy()));
  }
}
