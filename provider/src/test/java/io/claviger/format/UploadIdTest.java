package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadIdTest {
  private static final String MARK = ".claviger1.";

  private static Envelope envelope(String keyId, byte[] dataKey) {
    return new Envelope(
        true,
        NameBinding.OBJECT,
        keyId,
        dataKey,
        new byte[] {1, 2, 3},
        CanonicalContext.encode(Map.of("tenant", "ä")),
        "b\0k".getBytes(StandardCharsets.UTF_8),
        "aws:kms",
        null,
        new byte[112],
        "v1");
  }

  private static UploadId id(String storeId) {
    return UploadId.of(storeId, envelope("orders ä", new byte[81]).toMetadata(), "CRC32C");
  }

  @Test
  void aProcessFindsInTheIdWhatTheEnvelopeHolds() {
    UploadId parsed = UploadId.parse(id("2~x.y_z-").text()).orElseThrow();
    assertThat(parsed).isEqualTo(id("2~x.y_z-"));
    assertThat(parsed.storeId()).isEqualTo("2~x.y_z-");
    assertThat(parsed.checksumAlgorithm()).isEqualTo("CRC32C");
    Map<String, String> expected = new HashMap<>(envelope("orders ä", new byte[81]).toMetadata());
    expected.keySet().removeAll(Set.of("claviger-from", "claviger-mac", "claviger-stamp"));
    assertThat(parsed.envelope()).isEqualTo(expected);
  }

  @Test
  void theFieldsStandAsTheFormatSays() {
    byte[] dataKey = "vault:v1:abc=".getBytes(StandardCharsets.US_ASCII);
    Envelope plain =
        new Envelope(
            true,
            NameBinding.BUCKET,
            "k",
            dataKey,
            null,
            null,
            null,
            "AES256",
            null,
            new byte[112],
            null);
    String text = UploadId.of("u", plain.toMetadata(), "").text();
    assertThat(text).startsWith("u" + MARK).doesNotContain("=").doesNotContain("+");
    byte[] fields = Base64.getUrlDecoder().decode(text.substring(("u" + MARK).length()));
    assertThat(new String(fields, StandardCharsets.ISO_8859_1))
        .isEqualTo(
            "\0\24"
                + "1;multi;names=bucket"
                + "\0\1k"
                + "\0\15vault:v1:abc="
                + "\0\0"
                + "\0\0"
                + "\0\6AES256"
                + "\0\0");
  }

  @Test
  void anIdOfTheStoreIsBare() {
    assertThat(UploadId.parse("2~abc.claviger1")).isEmpty();
    assertThat(UploadId.storeIdOf("2~abc")).isEqualTo("2~abc");
    assertThat(UploadId.storeIdOf(id("2~abc").text())).isEqualTo("2~abc");
  }

  @Test
  void theLastMarkCounts() {
    String tricky = "a" + MARK + "AAAA";
    assertThat(UploadId.parse(id(tricky).text()).orElseThrow().storeId()).isEqualTo(tricky);
    assertThat(UploadId.storeIdOf(id(tricky).text())).isEqualTo(tricky);
  }

  @Test
  void aLongKeyAndContextStayUnderTwoKilobytes() {
    byte[] blob = "vault:v1:".concat("A".repeat(120)).getBytes(StandardCharsets.US_ASCII);
    Envelope large =
        new Envelope(
            true,
            NameBinding.OBJECT,
            "k".repeat(64),
            blob,
            blob,
            CanonicalContext.encode(Map.of("c", "v".repeat(290))),
            null,
            "aws:kms",
            null,
            new byte[112],
            null);
    assertThat(UploadId.of("u", large.toMetadata(), "CRC64NVME").text()).hasSizeLessThan(1100);
  }

  private static Failure refusal(String id) {
    FormatException e = catchThrowableOfType(FormatException.class, () -> UploadId.parse(id));
    assertThat(e).as(id).isNotNull();
    return e.failure();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAA", "=", "AAAA", "AAAAAAAAAAAAAAAAAAAA", "!", "AAEx"})
  void whatIsNoListOfFieldsIsRefused(String text) {
    assertThat(refusal("u" + MARK + text))
        .isIn(Failure.ENVELOPE_MALFORMED, Failure.ENVELOPE_INCOMPLETE);
  }

  @Test
  void anotherSpellingIsRefused() {
    String text = id("u").text();
    assertThat(refusal(text + "=")).isEqualTo(Failure.ENVELOPE_MALFORMED);
    byte[] fields = Base64.getUrlDecoder().decode(text.substring(("u" + MARK).length()));
    byte[] longer = Arrays.copyOf(fields, fields.length + 1);
    assertThat(refusal("u" + MARK + Base64.getUrlEncoder().encodeToString(longer)))
        .isEqualTo(Failure.ENVELOPE_MALFORMED);
  }

  @Test
  void theEnvelopeOfOnePartIsNoUpload() {
    Envelope single =
        new Envelope(
            false,
            NameBinding.OBJECT,
            "k",
            new byte[81],
            null,
            null,
            null,
            "AES256",
            new byte[64],
            new byte[112],
            null);
    assertThat(
            catchThrowableOfType(
                    FormatException.class, () -> UploadId.of("u", single.toMetadata(), ""))
                .failure())
        .isEqualTo(Failure.ENVELOPE_MALFORMED);
  }

  @Test
  void anUnknownVersionIsRefusedAsSuch() {
    byte[] main = "2;multi;names=object".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer fields = ByteBuffer.allocate(100);
    fields.putShort((short) main.length).put(main).putShort((short) 1).put((byte) 'k');
    fields.putShort((short) 1).put((byte) 1).putInt(0);
    fields
        .putShort((short) 6)
        .put("AES256".getBytes(StandardCharsets.US_ASCII))
        .putShort((short) 0);
    byte[] bytes = Arrays.copyOf(fields.array(), fields.position());
    assertThat(refusal("u" + MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
        .isEqualTo(Failure.UNKNOWN_VERSION);
  }

  @Property(tries = 500)
  void whatIsWrittenIsRead(
      @ForAll String storeId,
      @ForAll @AlphaChars @StringLength(min = 1, max = 40) String keyId,
      @ForAll @Size(min = 1, max = 120) byte[] dataKey) {
    UploadId id = UploadId.of(storeId, envelope(keyId, dataKey).toMetadata(), "SHA256");
    assertThat(UploadId.parse(id.text())).contains(id);
  }

  @Property(tries = 2000)
  void anyBytesBehindTheMarkAreReadToTheSameTextOrRefused(@ForAll @Size(max = 200) byte[] fields) {
    String id = "u" + MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(fields);
    try {
      assertThat(UploadId.parse(id).orElseThrow().text()).isEqualTo(id);
    } catch (FormatException e) {
      assertThat(e).hasMessageContaining(". ");
    }
  }

  @Property(tries = 2000)
  void anyChangedCharacterIsRefusedOrReadToTheSameText(
      @ForAll @IntRange(max = 400) int place, @ForAll char other) {
    String text = id("u").text();
    char[] chars = text.toCharArray();
    chars[place % chars.length] = other;
    String changed = new String(chars);
    try {
      UploadId.parse(changed).ifPresent(read -> assertThat(read.text()).isEqualTo(changed));
    } catch (FormatException e) {
      assertThat(e).hasMessageContaining(". ");
    }
  }

  @Test
  void aStoreMayGiveNoIdAtAll() {
    String text = id("").text();
    assertThat(UploadId.storeIdOf(text)).isEmpty();
    assertThat(UploadId.parse(text)).contains(id(""));
  }

  @Test
  void anIdOfOnePartIsRefusedWhateverElseItSays() {
    String multi = id("u").text();
    byte[] fields = Base64.getUrlDecoder().decode(multi.substring(("u" + MARK).length()));
    String latin = new String(fields, StandardCharsets.ISO_8859_1);
    String single = latin.replace("\0\24" + "1;multi;names", "\0\25" + "1;single;names");
    assertThat(single).isNotEqualTo(latin);
    String text =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(single.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal("u" + MARK + text)).isEqualTo(Failure.ENVELOPE_INCOMPLETE);
  }
}
