package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.vault.KvEngine.Entry;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Any JSON in the place of a record in Vault is read or refused as damaged. */
class VaultRecordFuzzTest {
  private static final String TOP =
      """
      {"algorithm":"AES_256","usage":"EncryptDecrypt","created_at":"2026-01-01T00:00:00+00:00[UTC]",
       "status":"Active","version":2,"baseline_version":1,"description":"d","metadata":{},
       "tags":{"a":"b"},"deletion_date":null,"rotated_at":null,"wrap_budget_reserved":1,
       "encrypted_key_material":"QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="}
      """;

  static Stream<byte[]> records() {
    return Stream.of(
            KvRecord.encode(KvRecordTest.key("k"), 7, KvRecordTest.SEAL).toString(),
            TOP,
            TOP.replace("\"version\":2", "\"version\":-2147483648"),
            TOP.replace("\"version\":2", "\"version\":2147483647"),
            TOP.replace("+00:00[UTC]", ""),
            TOP.replace("{\"a\":\"b\"}", "[1]"),
            TOP.replace("null", "7"),
            "{\"errors\":[7,\"x\"]}",
            "[]",
            "{}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable ObjectNode object(byte[] bytes) throws IOException {
    try {
      JsonNode json = VaultReply.JSON.readTree(bytes);
      return json instanceof ObjectNode fields ? fields : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static void damagedOr(Runnable read) {
    try {
      read.run();
    } catch (KmsException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(ErrorKind.CORRUPT_RECORD);
    }
  }

  @MethodSource("records")
  @FuzzTest(maxDuration = "30s")
  void record(byte[] bytes) throws IOException {
    ObjectNode json = object(bytes);
    if (json != null) {
      damagedOr(() -> KvRecord.decode("k", new Entry(json, 7), KvRecordTest.SEAL));
    }
  }

  @MethodSource("records")
  @FuzzTest(maxDuration = "30s")
  void recordOfRustfs(byte[] bytes) throws IOException {
    ObjectNode json = object(bytes);
    if (json != null) {
      damagedOr(
          () -> {
            List<Integer> older = new ArrayList<>(RustfsKvRecord.older("k", json));
            assertThat(older).isSorted();
            int current = json.path(RustfsKvRecord.VERSION).asInt(1);
            RustfsKvRecord.read("k", json, List.of(RustfsKvRecord.versionIn("k", json, current)));
          });
    }
  }

  @MethodSource("records")
  @FuzzTest(maxDuration = "30s")
  void answer(byte[] bytes) {
    VaultReply reply = new VaultReply(400, bytes);
    KmsException failure = VaultErrors.of(reply, "https://v", "kv_mount", "GET", "p", "key \"k\"");
    assertThat(failure == null || failure.isRetryable()).isTrue();
    assertThat(reply.json()).isNotNull();
  }
}
