package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tags over the headers beside an object, and the forms of a header that count as the same. */
class MetadataTagsTest {
  private static final MetadataTags TAGS = new MetadataTags(new byte[32]);

  private static CoveredHeaders.Builder all() {
    CoveredHeaders.Builder headers = CoveredHeaders.builder().addUserMetadata("author", "me");
    for (CoveredHeader header : CoveredHeader.values()) {
      if (header != CoveredHeader.USER_METADATA) {
        headers.add(header.text(), "value");
      }
    }
    return headers;
  }

  private static CoveredHeaders changed(CoveredHeader header) {
    String name = header == CoveredHeader.USER_METADATA ? "x-amz-meta-author" : header.text();
    return all().add(name, "more").build();
  }

  @Test
  void whatIsAsItWasSentDoesNotDiffer() {
    assertThat(TAGS.differing(TAGS.of(all().build()), all().build())).isEmpty();
    CoveredHeaders none = CoveredHeaders.builder().build();
    assertThat(TAGS.differing(TAGS.of(none), none)).isEmpty();
    assertThat(new MetadataTags(new byte[] {1}).differing(TAGS.of(none), none))
        .as("another data key")
        .hasSize(CoveredHeader.values().length);
  }

  @ParameterizedTest
  @EnumSource
  void eachHeaderHasItsOwnTag(CoveredHeader header) {
    assertThat(TAGS.differing(TAGS.of(all().build()), changed(header))).containsExactly(header);
  }

  @Test
  void whatTheWriterDidNotSendIsLookedAtForUserMetadataAndContentEncodingOnly() {
    byte[] tags = TAGS.of(CoveredHeaders.builder().build());
    assertThat(TAGS.differing(tags, all().build()))
        .containsExactlyInAnyOrder(CoveredHeader.USER_METADATA, CoveredHeader.CONTENT_ENCODING);
    assertThat(TAGS.differing(TAGS.of(all().build()), CoveredHeaders.builder().build()))
        .as("what was sent and is gone")
        .isEqualTo(EnumSet.allOf(CoveredHeader.class));
  }

  @ParameterizedTest
  @EnumSource
  void aChangedHeaderGetsItsTagAndNoOtherDoes(CoveredHeader header) {
    CoveredHeaders before = all().build();
    CoveredHeaders now = changed(header);
    assertThat(TAGS.retagged(TAGS.of(before), before, now)).isEqualTo(TAGS.of(now));
    byte[] wrong = new byte[MetadataTags.BYTES];
    Set<CoveredHeader> others = EnumSet.allOf(CoveredHeader.class);
    others.remove(header);
    assertThat(TAGS.differing(TAGS.retagged(wrong, before, now), now))
        .as("what did not verify does not become valid")
        .isEqualTo(others);
    assertThat(wrong).as("the caller's array").containsOnly(0);
  }

  private static boolean same(String name, String one, String other) {
    CoveredHeaders a = CoveredHeaders.builder().add(name, one).build();
    CoveredHeaders b = CoveredHeaders.builder().add(name, other).build();
    return Arrays.stream(CoveredHeader.values()).allMatch(header -> a.sameAs(b, header));
  }

  /** Each pair is one value in two spellings of HTTP, or two values (format 3.1). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~ | ? | false",
        "a b | a?b | false",
        "a b | a  b | true",
        "! | ? | false",
        "é | ? | true",
        "éé | ? | true",
        "=?UTF-8?Q?a=41_b?= | aA b | true",
        "=?UTF-8?Q?=41?= | A | true",
        "=?UTF-8?q?a=41b?= | a=41b | false",
        "=?UTF-8?Q?a=4?= | a=4 | true",
        "=?UTF-8?Q?a=?= | a= | true",
        "=?UTF-8?Q?a=XY?= | a?XY | false",
        "=?UTF-8?B?QUI=?= | AB | true",
        "=?UTF-8?B?QU?= | AB | false",
        "=?UTF-8?Q?a?= =?UTF-8?Q?b?= | ab | true",
        "=?UTF-8?Q?a?= b | a b | true",
      })
  void oneValueHasOneForm(String one, String other, boolean same) {
    assertThat(same("x-amz-meta-m", one, other)).isEqualTo(same);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsThereIsKnown(CoveredHeader header) {
    boolean always =
        header == CoveredHeader.USER_METADATA || header == CoveredHeader.CONTENT_ENCODING;
    assertThat(all().build().has(header)).isTrue();
    assertThat(CoveredHeaders.builder().build().has(header)).isEqualTo(always);
  }
}
