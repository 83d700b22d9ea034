package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads vectors of the JSON in a record of a key folder, after its seal was opened (14.3). */
public final class RecordVectors {
  private RecordVectors() {}

  /** Returns the versions of a key. */
  public static List<KeyVersion> readRecord(JsonNode one) {
    JsonNode read = one.get("read");
    byte[] json = read.get("record").toString().getBytes(StandardCharsets.UTF_8);
    try {
      return RecordJson.read(read.get("keyId").asText(), json).versions();
    } catch (IOException | IllegalArgumentException e) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD, "the record is not of a form that this version reads", e);
    }
  }
}
