package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.fixed;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.sha256;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.format.CanonicalContext;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message of {@code KMSEnvelope} (format 13) sealed by hand, and what a reader is given of it:
 * {@code given} and {@code read} may be changed.
 */
final class MessageByHand {
  /** Of the prologue before the wrapped data key. */
  static final int FIXED = 8;

  final byte[] plain;
  final byte[] sealed;

  /** Length of the prologue. */
  final int prologueBytes;

  byte[] given;
  final ObjectNode read = JsonNodeFactory.instance.objectNode();

  private final byte[] dataKey;
  private final ObjectNode wrap;
  private final ObjectNode values = JsonNodeFactory.instance.objectNode();

  MessageByHand(int plainBytes) {
    this(plainBytes, Map.of(), new byte[0]);
  }

  MessageByHand(int plainBytes, Map<String, String> context, byte[] associatedData) {
    this(plainBytes, context, associatedData, plainBytes);
  }

  /**
   * @param keyOf the message of so many bytes has the same data key
   */
  MessageByHand(int plainBytes, Map<String, String> context, byte[] associatedData, int keyOf) {
    String what = "a message of %d bytes".formatted(plainBytes);
    plain = PartByHand.plaintext(1, plainBytes);
    dataKey = fixed("data key of a message of %d bytes".formatted(keyOf), 32);
    TreeMap<String, String> bound = new TreeMap<>(context);
    bound.put("claviger:use", "message");
    WrapByHand wrapped =
        new WrapByHand(
            "io.claviger/wrap/local/v1",
            ObjectByHand.MASTER_SECRET,
            ObjectByHand.KEY_ID,
            1,
            ObjectByHand.VERSION_ID,
            CanonicalContext.encode(bound),
            dataKey);
    wrap = wrapped.json;
    byte[] prologue =
        bytes(utf8("CLVM"), new byte[] {1, 0}, number(2, wrapped.blob.length), wrapped.blob);
    prologueBytes = prologue.length;
    byte[] aad = bytes(utf8("io.claviger/message/v1"), new byte[1], prologue, associatedData);
    values.put("plainBytes", plainBytes).put("plainSha256", sha256(plain));
    values.put("prologue", hex(prologue)).put("floeAad", hex(aad));
    FloeByHand floe = new FloeByHand(dataKey, fixed("seed of " + what, 32), aad, plain, values);
    sealed = bytes(prologue, floe.message);
    values.put("bytes", sealed.length).put("sha256", sha256(sealed));
    given = sealed;
    ObjectNode stated = read.putObject("context");
    context.forEach(stated::put);
    read.put("associatedData", hex(associatedData));
  }

  /** Returns the message that a file describes, which is too long to stand in it. */
  static byte[] sealed(JsonNode values) {
    byte[] plain = PartByHand.plaintext(1, values.get("plainBytes").asInt());
    byte[] message =
        bytes(
            unhex(values.get("prologue")),
            FloeByHand.PARAMETERS,
            unhex(values.get("floeIv")),
            unhex(values.get("headerTag")));
    int at = 0;
    for (JsonNode segment : values.get("segments")) {
      int length = segment.get("bytes").asInt() - 32;
      byte[] piece = Arrays.copyOfRange(plain, at, at + length);
      byte[] key = unhex(values.get("segmentKey"));
      byte[] iv = unhex(segment.get("iv"));
      message = bytes(message, FloeByHand.segment(key, iv, unhex(segment.get("aad")), piece));
      at += length;
    }
    if (!sha256(message).equals(values.get("sha256").asText())) {
      throw new AssertionError("the values of the file do not make its message");
    }
    return message;
  }

  private static byte[] unhex(JsonNode text) {
    return HexFormat.of().parseHex(text.asText());
  }

  /** Begin of segment {@code k}. */
  int segment(int k) {
    return prologueBytes + 74 + k * PartByHand.SEGMENT_STORED;
  }

  /** Gives the message with the bytes at {@code at} replaced. */
  MessageByHand patched(int at, byte... others) {
    given = given.clone();
    System.arraycopy(others, 0, given, at, others.length);
    return this;
  }

  /** Gives the message with the lowest bit of a byte flipped. */
  MessageByHand flipped(int at) {
    return patched(at, (byte) (given[at] ^ 1));
  }

  /** Gives the first {@code length} bytes. */
  MessageByHand cut(int length) {
    given = Arrays.copyOf(given, length);
    return this;
  }

  /** What is given stands in the file as the sealed bytes with a range replaced by others. */
  private void putGiven(ObjectNode json) {
    int from = Arrays.mismatch(sealed, given);
    int same = 0;
    if (from < 0) {
      from = sealed.length;
    }
    int most = Math.min(sealed.length, given.length) - from;
    while (same < most && sealed[sealed.length - 1 - same] == given[given.length - 1 - same]) {
      same++;
    }
    json.put("keep", from)
        .put("instead", hex(Arrays.copyOfRange(given, from, given.length - same)))
        .put("continueAt", sealed.length - same)
        .put("bytes", given.length)
        .put("sha256", sha256(given));
  }

  ObjectNode json(String name, String about, String outcome) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("case", name).put("about", about).put("kind", "message").put("outcome", outcome);
    json.set("read", read);
    ObjectByHand.putMasterKey(json, ObjectByHand.KEY_ID);
    putGiven(json.putObject("given"));
    if (outcome.equals("ok")) {
      json.putObject("plaintext").put("bytes", plain.length).put("sha256", sha256(plain));
    }
    json.put("dataKey", hex(dataKey));
    json.set("wrap", wrap);
    json.set("sealed", values);
    return json;
  }
}
