package io.claviger.bulk.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Places between keys: inside, and places that a store takes. */
class KeysTest {
  /** MinIO answers 400 to a place with a folder that is named "." or "..". */
  @Test
  void noPlaceHasAFolderThatAStoreRefuses() {
    String low = "plain.txt";
    String high = "plaj^]|`N?="; // half-way was plaj6FHla/.
    String between = Keys.between(low, high, "");
    assertThat(between).isNotNull();
    assertThat(Keys.compare(low, between)).isNegative();
    assertThat(Keys.compare(between, high)).isNegative();
    assertThat(between.split("/", -1)).doesNotContain(".", "..");
  }
}
