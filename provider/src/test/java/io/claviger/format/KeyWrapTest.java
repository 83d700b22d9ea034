package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyWrapTest {
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/test/v1");
  private static final byte[] KEY = new byte[32];
  private static final byte[] CONTEXT = "{}".getBytes(StandardCharsets.US_ASCII);
  private static final KeyWrap.Version VERSION = new KeyWrap.Version(3, 0x0102030405060708L);

  @Property(tries = 200)
  void unwrapsWhatWasWrapped(@ForAll @Size(max = 100) byte[] plain) {
    assertThat(WRAP.unwrap(KEY, WRAP.wrap(KEY, plain, CONTEXT), CONTEXT)).isEqualTo(plain);
    byte[] blob = WRAP.wrap(KEY, "k", VERSION, plain, CONTEXT);
    assertThat(KeyWrap.versionOf(blob)).isEqualTo(VERSION);
    assertThat(WRAP.unwrap(KEY, "k", blob, CONTEXT)).isEqualTo(plain);
  }

  @Test
  void aWrappedDataKeyHas81BytesAndNoTwoAreAlike() {
    byte[] one = WRAP.wrap(KEY, new byte[32], CONTEXT);
    assertThat(one).hasSize(81);
    assertThat(one[0]).isEqualTo((byte) 1);
    assertThat(WRAP.wrap(KEY, new byte[32], CONTEXT)).isNotEqualTo(one);
    assertThat(WRAP.wrap(KEY, "k", VERSION, new byte[32], CONTEXT)).hasSize(93);
  }

  @Test
  void everyFlippedBitAndEveryCutIsRefused() {
    byte[] blob = WRAP.wrap(KEY, "k", VERSION, new byte[32], CONTEXT);
    for (int bit = 0; bit < 8 * blob.length; bit++) {
      byte[] changed = blob.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      refused(() -> WRAP.unwrap(KEY, "k", changed, CONTEXT));
    }
    for (int length = 0; length < blob.length; length++) {
      byte[] cut = Arrays.copyOf(blob, length);
      refused(() -> WRAP.unwrap(KEY, "k", cut, CONTEXT));
    }
  }

  @Test
  void anotherKeyLabelContextOrKeyIdIsRefused() {
    byte[] blob = WRAP.wrap(KEY, "k", VERSION, new byte[32], CONTEXT);
    byte[] otherKey = new byte[32];
    otherKey[0] = 1;
    refused(() -> WRAP.unwrap(otherKey, "k", blob, CONTEXT));
    refused(() -> WRAP.unwrap(KEY, "l", blob, CONTEXT));
    refused(() -> WRAP.unwrap(KEY, "k", blob, new byte[0]));
    refused(() -> KeyWrap.labelled("io.claviger/wrap/other/v1").unwrap(KEY, "k", blob, CONTEXT));
    refused(() -> WRAP.unwrap(KEY, blob, CONTEXT));
  }

  @Property(tries = 1000)
  void anyBytesAreRefused(@ForAll @Size(max = 130) byte[] bytes) {
    refused(() -> WRAP.unwrap(KEY, bytes, CONTEXT));
    refused(() -> WRAP.unwrap(KEY, "k", bytes, CONTEXT));
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    FormatException e = catchThrowableOfType(FormatException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.failure()).isEqualTo(Failure.KEY_WRAP);
  }
}
