package io.claviger.backend.transit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.vault.TransitEngine;
import io.claviger.backend.vault.TransitKeyType;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is stored beside a Transit key, of which Transit itself keeps no more than versions. */
class MetadataRecordTest {
  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
  private static final String POLICY = "{\"Statement\":[{\"Effect\":\"Allow\"}]}";
  private static final TransitEngine.Key IN_TRANSIT =
      new TransitEngine.Key(TransitKeyType.AES_256, 256, 1, MADE, null);

  private static ObjectNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static TransitKey key(String origin, String policy) {
    KeyMetadata metadata =
        new KeyMetadata(
            "k",
            KeyState.ENABLED,
            KeyUsage.ENCRYPT_DECRYPT,
            "d",
            Map.of("a", "b"),
            MADE,
            null,
            null,
            1,
            origin,
            "me",
            policy,
            KeyUsage.USUAL_BITS);
    return new TransitKey(metadata, KeyState.ENABLED, false, nothing());
  }

  @Test
  void originAndPolicyAreKeptAndReturned() {
    TransitKey key = key("HSM-7", POLICY);
    TransitKey read = MetadataRecord.read("k", MetadataRecord.write(nothing(), key), IN_TRANSIT);
    assertThat(read.metadata()).isEqualTo(key.metadata());
  }

  @Test
  void aPolicySurvivesLaterChanges() {
    TransitKey key =
        MetadataRecord.read("k", MetadataRecord.write(nothing(), key("HSM-7", POLICY)), IN_TRANSIT);
    TransitKey disabled = key.with(key.standing().toggle(KeyState.DISABLED));
    TransitKey read =
        MetadataRecord.read("k", MetadataRecord.write(key.record(), disabled), IN_TRANSIT);
    assertThat(read.metadata().policy()).isEqualTo(POLICY);
    assertThat(read.metadata().state()).isEqualTo(KeyState.DISABLED);
  }

  @Test
  void keysWithoutOneHaveNone() {
    ObjectNode written = MetadataRecord.write(nothing(), key(TransitKey.ORIGIN, ""));
    assertThat(written.has("policy")).isFalse();
    assertThat(MetadataRecord.read("k", written, IN_TRANSIT).metadata().policy()).isEmpty();
    assertThat(MetadataRecord.assumed("k", IN_TRANSIT).metadata().policy()).isEmpty();
  }
}
