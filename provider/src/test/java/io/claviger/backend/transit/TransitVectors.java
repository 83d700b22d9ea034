package io.claviger.backend.transit;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.nio.charset.StandardCharsets;

/** Reads vectors of Transit's texts (format 14.1). */
public final class TransitVectors {
  private TransitVectors() {}

  /** Returns normally where the text may be sent to Transit. */
  public static void readText(JsonNode one) {
    String text = one.get("read").get("text").asText();
    if (TransitBlob.text(text.getBytes(StandardCharsets.UTF_8)) == null) {
      throw KmsException.of(ErrorKind.NOT_AUTHENTIC, "it is no text of Transit");
    }
  }
}
