package io.claviger.s3.internal.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.encryption.ObjectName;
import org.junit.jupiter.api.Test;

/** What is kept of layouts, and what is forgotten. */
class LayoutCacheTest {
  private static final ObjectName NAME = new ObjectName("b", "k");

  private final LayoutCache cache = new LayoutCache();

  private static KnownLayout layout(ObjectName name, String versionId) {
    return new KnownLayout(new StoredVersion(name, versionId, "e", 1000, "key"));
  }

  @Test
  void aLayoutIsFoundByNameAndVersionOnly() {
    KnownLayout current = layout(NAME, null);
    KnownLayout version = layout(NAME, "v1");
    cache.keep(current);
    cache.keep(version);
    assertThat(cache.find(NAME, null)).isSameAs(current);
    assertThat(cache.find(NAME, "v1")).isSameAs(version);
    assertThat(cache.find(NAME, "v2")).isNull();
    assertThat(cache.find(new ObjectName("b", "other"), null)).isNull();
  }

  @Test
  void whatTurnedOutToBeWrongIsForgottenAndNothingElse() {
    KnownLayout wrong = layout(NAME, null);
    KnownLayout version = layout(NAME, "v1");
    cache.keep(wrong);
    cache.keep(version);
    cache.forget(wrong);
    assertThat(cache.find(NAME, null)).isNull();
    assertThat(cache.find(NAME, "v1")).isSameAs(version);
  }

  @Test
  void aNewerLayoutIsNotForgottenWithTheOneBefore() {
    KnownLayout before = layout(NAME, null);
    KnownLayout now = layout(NAME, null);
    cache.keep(before);
    cache.keep(now);
    cache.forget(before);
    assertThat(cache.find(NAME, null)).isSameAs(now);
  }
}
