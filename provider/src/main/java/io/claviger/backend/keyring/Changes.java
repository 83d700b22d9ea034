package io.claviger.backend.keyring;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes changed copies of metadata. */
public final class Changes {
  private final KeyMetadata m;

  private Changes(KeyMetadata metadata) {
    this.m = metadata;
  }

  public static Changes of(KeyMetadata metadata) {
    return new Changes(metadata);
  }

  public KeyMetadata metadata() {
    return m;
  }

  public Changes state(KeyState state) {
    return copy(
        state, m.description(), m.tags(), m.rotatedAt(), m.deletionDate(), m.currentVersion());
  }

  public Changes description(String text) {
    return copy(m.state(), text, m.tags(), m.rotatedAt(), m.deletionDate(), m.currentVersion());
  }

  public Changes tags(Map<String, String> tags) {
    return copy(
        m.state(), m.description(), tags, m.rotatedAt(), m.deletionDate(), m.currentVersion());
  }

  public Changes deletionDate(@Nullable Instant due) {
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
            m.createdBy(),
            m.policy(),
            m.keyBits()));
  }
}
