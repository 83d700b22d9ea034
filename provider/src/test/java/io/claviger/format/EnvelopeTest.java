package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeTest {
  private static final byte[] CONTEXT = CanonicalContext.encode(Map.of("tenant", "a"));

  private static Envelope single() {
    return new Envelope(
        false,
        NameBinding.OBJECT,
        "orders/2026 ä",
        new byte[81],
        null,
        CONTEXT,
        "b\0k".getBytes(StandardCharsets.UTF_8),
        "aws:kms",
        new byte[64],
        new byte[112],
        "v2");
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, String> fields = single().toMetadata();
    assertThat(fields)
        .containsEntry("claviger", "1;single;names=object")
        .containsEntry("claviger-key", "orders%2F2026%20%C3%A4");
    assertThat(Envelope.parse(fields).toMetadata()).isEqualTo(fields);
  }

  private static Envelope wrapped(String keyId, byte[] dataKey, byte[] bucketKey, String stamp) {
    return new Envelope(
        true,
        NameBinding.OBJECT,
        keyId,
        dataKey,
        bucketKey,
        null,
        null,
        "AES256",
        null,
        new byte[112],
        stamp);
  }

  /** The key that the master key wrapped says the version, or else the stamp does, or nobody. */
  @Test
  void theVersionOfTheMasterKeyIsRead() {
    byte[] versioned =
        KeyWrap.labelled("l")
            .wrap(new byte[32], "k", new KeyWrap.Version(7, 1), new byte[32], new byte[0]);
    byte[] token = new TokenWrap(9, new byte[12], new byte[48]).encode();
    byte[] transit = "vault:v3:abc=".getBytes(StandardCharsets.US_ASCII);
    byte[] plain = KeyWrap.labelled("l").wrap(new byte[32], new byte[32], new byte[0]);
    assertThat(wrapped("k", versioned, null, null).masterKeyVersion()).isEqualTo("7");
    assertThat(wrapped("k", token, null, null).masterKeyVersion()).isEqualTo("9");
    assertThat(wrapped("k", transit, null, null).masterKeyVersion()).isEqualTo("3");
    assertThat(wrapped("k", plain, null, null).masterKeyVersion()).isNull();
    byte[] noNumber = "vault:v\u001b[1m:abc=".getBytes(StandardCharsets.US_ASCII);
    assertThat(wrapped("k", noNumber, null, null).masterKeyVersion()).isNull();
    assertThat(wrapped("k", plain, versioned, null).masterKeyVersion()).isEqualTo("7");
    assertThat(wrapped("k", new byte[184], null, "v2").masterKeyVersion()).isEqualTo("v2");
    assertThat(wrapped(null, versioned, null, null).masterKeyVersion()).isNull();
  }

  @Test
  void transitTextStaysAsItIs() {
    byte[] blob = "vault:v3:abc=".getBytes(StandardCharsets.US_ASCII);
    Envelope e =
        new Envelope(
            false,
            NameBinding.NONE,
            "k",
            blob,
            null,
            null,
            null,
            "AES256",
            new byte[64],
            new byte[112],
            null);
    assertThat(e.toMetadata()).containsEntry("claviger-dek", "vault:v3:abc=");
    assertThat(Envelope.parse(e.toMetadata()).wrappedDataKey()).isEqualTo(blob);
  }

  @ParameterizedTest
  @CsvSource({
    "claviger, , ENVELOPE_INCOMPLETE",
    "claviger-dek, , ENVELOPE_INCOMPLETE",
    "claviger-key, , ENVELOPE_INCOMPLETE",
    "claviger-sse, , ENVELOPE_INCOMPLETE",
    "claviger-hdr, , ENVELOPE_INCOMPLETE",
    "claviger-mac, , ENVELOPE_INCOMPLETE",
    "claviger-mac, AAAA, ENVELOPE_MALFORMED",
    "claviger-stamp, a b, ENVELOPE_MALFORMED",
    "claviger, 2;single;names=object, UNKNOWN_VERSION",
    "claviger, 1;single, ENVELOPE_MALFORMED",
    "claviger, 1;double;names=object, ENVELOPE_MALFORMED",
    "claviger, 1;single;names=Object, ENVELOPE_MALFORMED",
    "claviger, 1;multi;names=object, ENVELOPE_INCOMPLETE",
    "claviger-sse, aes256, ENVELOPE_MALFORMED",
    "claviger-sse, customer, ENVELOPE_INCOMPLETE",
    "claviger-key, a%2f, ENVELOPE_MALFORMED",
    "claviger-key, a%, ENVELOPE_MALFORMED",
    "claviger-key, a b, ENVELOPE_MALFORMED",
    "claviger-key, %C3, ENVELOPE_MALFORMED",
    "claviger-dek, AA, ENVELOPE_MALFORMED",
    "claviger-dek, AB==, ENVELOPE_MALFORMED",
    "claviger-dek, A-A=, ENVELOPE_MALFORMED",
    "claviger-hdr, AAAA, ENVELOPE_MALFORMED",
    "claviger-ctx, e30=, ENVELOPE_MALFORMED",
    "claviger-ctx, eyAiYSI6ImIifQ==, ENVELOPE_MALFORMED",
    "claviger-other, x, ENVELOPE_MALFORMED",
    "claviger-from, ä, ENVELOPE_MALFORMED",
  })
  void eachWrongFieldHasItsOwnRefusal(String field, String value, Failure failure) {
    Map<String, String> fields = new LinkedHashMap<>(single().toMetadata());
    if (value == null) {
      fields.remove(field);
    } else {
      fields.put(field, value);
    }
    FormatException e = catchThrowableOfType(FormatException.class, () -> Envelope.parse(fields));
    assertThat(e).isNotNull();
    assertThat(e.failure()).isEqualTo(failure);
  }

  @Test
  void otherMetadataIsLeftAlone() {
    Map<String, String> fields = new LinkedHashMap<>(single().toMetadata());
    fields.put("author", "ä");
    assertThat(Envelope.parse(fields)).isEqualTo(single());
  }

  @Test
  void aLongNameIsLeftOutAndALongContextRefused() {
    Envelope longName =
        new Envelope(
            false,
            NameBinding.OBJECT,
            "k",
            new byte[81],
            null,
            null,
            new byte[800],
            "AES256",
            new byte[64],
            new byte[112],
            null);
    assertThat(longName.toMetadata()).doesNotContainKey("claviger-from");
    Envelope longContext =
        new Envelope(
            false,
            NameBinding.OBJECT,
            "k",
            new byte[81],
            null,
            new byte[301],
            null,
            "AES256",
            new byte[64],
            new byte[112],
            null);
    FormatException e = catchThrowableOfType(FormatException.class, longContext::toMetadata);
    assertThat(e.failure()).isEqualTo(Failure.TOO_LARGE);
  }

  /** The longest ARN of a key in AWS KMS: that of AWS GovCloud. */
  private static final String ARN =
      "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/12345678-1234-1234-1234-123456789012";

  private static Envelope largest(int blobBytes, boolean bucketKey, int contextBytes) {
    return new Envelope(
        false,
        NameBinding.OBJECT,
        ARN,
        new byte[bucketKey ? 81 : blobBytes],
        bucketKey ? new byte[blobBytes] : null,
        contextBytes == 0 ? null : new byte[contextBytes],
        null,
        "aws:kms",
        new byte[64],
        new byte[112],
        "s".repeat(64));
  }

  /**
   * What format 3.2 states: the longest context beside wrapped keys of 93 bytes (key folder, Vault
   * KV2), 184 (AWS KMS) and 400, with the longest key id of AWS KMS and the longest stamp.
   */
  @ParameterizedTest
  @CsvSource({
    "93, false, 300",
    "93, true, 300",
    "184, false, 300",
    "184, true, 300",
    "400, false, 189",
    "400, true, 90"
  })
  void theLongestContextFits(int blobBytes, boolean bucketKey, int contextBytes) {
    Map<String, String> fields = largest(blobBytes, bucketKey, contextBytes).toMetadata();
    assertThat(Envelope.bytesOf(fields)).isLessThanOrEqualTo(1400);
    Envelope more = largest(blobBytes, bucketKey, contextBytes + 1);
    FormatException e = catchThrowableOfType(FormatException.class, more::toMetadata);
    assertThat(e.failure()).isEqualTo(Failure.TOO_LARGE);
  }

  @Property(tries = 2000)
  void anyContextBytesAreCanonicalOrRefused(@ForAll @Size(max = 30) byte[] bytes) {
    try {
      assertThat(CanonicalContext.encode(CanonicalContext.decode(bytes))).isEqualTo(bytes);
    } catch (FormatException e) {
      assertThat(e.failure()).isEqualTo(Failure.ENVELOPE_MALFORMED);
    }
  }

  @Property(tries = 300)
  void everyContextIsDecodedToItself(@ForAll @Size(max = 4) Map<String, String> entries) {
    byte[] canonical;
    try {
      canonical = CanonicalContext.encode(entries);
    } catch (IllegalArgumentException loneSurrogate) {
      return;
    }
    assertThat(CanonicalContext.decode(canonical)).isEqualTo(entries);
  }

  @Test
  void membersAreSortedByUtf8AndEscapedInLowerCase() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("\uFFFD", "\u0001\n\"\\/");
    entries.put("\uD83D\uDE00", "é");
    entries.put("b", "");
    assertThat(new String(CanonicalContext.encode(entries), StandardCharsets.UTF_8))
        .isEqualTo("{\"b\":\"\",\"\uFFFD\":\"\\u0001\\n\\\"\\\\/\",\"\uD83D\uDE00\":\"é\"}");
  }

  @Property(tries = 1000)
  void anyMetadataIsReadOrRefused(
      @ForAll @net.jqwik.api.constraints.StringLength(max = 60) String main,
      @ForAll @net.jqwik.api.constraints.StringLength(max = 60) String dataKey) {
    Map<String, String> fields = new LinkedHashMap<>(single().toMetadata());
    fields.put("claviger", main);
    fields.put("claviger-dek", dataKey);
    FormatException e = catchThrowableOfType(FormatException.class, () -> Envelope.parse(fields));
    assertThat(e).isNotNull();
  }

  @Test
  void itIsSeenAmongOtherMetadata() {
    assertThat(Envelope.isPresentIn(single().toMetadata())).isTrue();
    assertThat(Envelope.isPresentIn(Map.of("author", "me", "claviger-other", "x"))).isTrue();
    assertThat(Envelope.isPresentIn(Map.of("author", "me", "x-claviger", ""))).isFalse();
    assertThat(Envelope.isPresentIn(Map.of())).isFalse();
  }

  /** The last byte that fits is stored and read, one more is neither. */
  @Test
  void exactlyAsManyBytesAsMayBeAreWrittenAndRead() {
    for (int more = 0; more < 2; more++) {
      Envelope stamped = largest(400, true, 0);
      Map<String, String> fields = new LinkedHashMap<>(stamped.toMetadata());
      String key = ARN + "x".repeat(1400 + more - Envelope.bytesOf(fields));
      Envelope longKey =
          new Envelope(
              false,
              NameBinding.BUCKET,
              key,
              new byte[81],
              new byte[400],
              null,
              null,
              "aws:kms",
              new byte[64],
              new byte[112],
              "s".repeat(64));
      fields.put("claviger-key", fields.get("claviger-key") + key.substring(ARN.length()));
      fields.put("claviger", "1;single;names=bucket");
      assertThat(Envelope.bytesOf(fields)).isEqualTo(1400 + more);
      if (more == 0) {
        assertThat(longKey.toMetadata()).isEqualTo(fields);
        assertThat(Envelope.parse(fields)).isEqualTo(longKey);
      } else {
        assertThat(catchThrowableOfType(FormatException.class, longKey::toMetadata).failure())
            .isEqualTo(Failure.TOO_LARGE);
        assertThat(
                catchThrowableOfType(FormatException.class, () -> Envelope.parse(fields)).failure())
            .isEqualTo(Failure.TOO_LARGE);
      }
    }
  }

  @Test
  void theNameAsSealedIsKeptWhileItFits() {
    int most = 0;
    int leftOut = 0;
    for (int i = 0; i < 4; i++) { // base64 has four characters for three bytes
      for (int bytes = 500; bytes < 700; bytes++) {
        Map<String, String> fields = named("k".repeat(1 + i), new byte[bytes]).toMetadata();
        most = Math.max(most, Envelope.bytesOf(fields));
        leftOut += fields.containsKey("claviger-from") ? 0 : 1;
      }
    }
    assertThat(most).isEqualTo(1400);
    assertThat(leftOut).isPositive();
  }

  private static Envelope named(String keyId, byte[] from) {
    return new Envelope(
        false,
        NameBinding.OBJECT,
        keyId,
        new byte[81],
        null,
        null,
        from,
        "AES256",
        new byte[64],
        new byte[112],
        "s".repeat(2));
  }

  @Test
  void twoAreEqualIfTheirFieldsAre() {
    assertThat(single()).isEqualTo(single()).hasSameHashCodeAs(single());
    assertThat(single().withTags(new byte[112])).isEqualTo(single());
    byte[] other = new byte[112];
    other[0] = 1;
    assertThat(single().withTags(other)).isNotEqualTo(single());
    assertThat(single()).isNotEqualTo(named("k", new byte[1]));
  }

  @Test
  void itsTextNamesTheKeyAndHoldsNoWrappedOne() {
    assertThat(single())
        .hasToString(
            "Envelope[single, names=object, key=orders/2026 ä, sse=aws:kms]"
                .replace("names=object", "names=" + NameBinding.OBJECT));
  }

  /** Each end of the ranges of unreserved characters, and the neighbours behind them. */
  @Test
  void aKeyIdIsEncodedButForUnreservedCharacters() {
    Envelope e =
        new Envelope(
            false,
            NameBinding.OBJECT,
            "azAZ09-._~`{@[/:",
            new byte[81],
            null,
            null,
            null,
            "AES256",
            new byte[64],
            new byte[112],
            null);
    assertThat(e.toMetadata()).containsEntry("claviger-key", "azAZ09-._~%60%7B%40%5B%2F%3A");
    assertThat(Envelope.parse(e.toMetadata())).isEqualTo(e);
  }

  @Test
  void fieldsMayHoldEachPrintableCharacterAndNoOther() {
    for (String value : new String[] {"\u001f", "\u007f", "\u0080"}) {
      Map<String, String> fields = new LinkedHashMap<>(single().toMetadata());
      fields.put("claviger-stamp", value);
      FormatException e = catchThrowableOfType(FormatException.class, () -> Envelope.parse(fields));
      assertThat(e).hasMessageContaining("not plain ASCII");
    }
    for (String value : new String[] {" ", "!", "}"}) {
      Map<String, String> fields = new LinkedHashMap<>(single().toMetadata());
      fields.put("claviger-stamp", value);
      FormatException e = catchThrowableOfType(FormatException.class, () -> Envelope.parse(fields));
      assertThat(e).hasMessageContaining("expected 1 to 64 letters");
    }
  }

  @Test
  void blanksAndTheFirstPrintableCharactersStandInAContextAsTheyAre() {
    assertThat(
            new String(CanonicalContext.encode(Map.of("a b", "\u001f !")), StandardCharsets.UTF_8))
        .isEqualTo("{\"a b\":\"\\u001f !\"}");
  }
}
