package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObservationTest {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("tenant", "private name"));
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final List<OperationRecord> heard = new ArrayList<>();
  private final List<ServiceStatus> statuses = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KmsServiceManager service =
      new KmsServiceManager(
          ServiceSettings.builder()
              .principal(() -> "alice")
              .clock(Clock.fixed(NOW, ZoneOffset.UTC))
              .listener(
                  new KmsListener() {
                    @Override
                    public void operationFinished(OperationRecord operation) {
                      heard.add(operation);
                    }

                    @Override
                    public void statusChanged(ServiceStatus status, long version) {
                      statuses.add(status);
                    }
                  })
              .listener(new KmsMetrics(registry))
              .listener(
                  new KmsListener() {
                    @Override
                    public void operationFinished(OperationRecord operation) {
                      throw new IllegalStateException("a listener that fails");
                    }
                  })
              .build());

  @AfterEach
  void stop() {
    service.stop();
  }

  private KmsManager started() {
    service.configure(KmsConfig.of(CustomConfig.of("memory")));
    service.start();
    return service.manager();
  }

  @Test
  void everyOperationIsToldWithoutTheValuesOfItsContext() {
    KmsManager kms = started();
    kms.createKey("k");
    kms.rotateKey("k");
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of("k", CONTEXT))) {
      kms.decrypt(new DecryptRequest("k", key.ciphertextBlob(), CONTEXT)).close();
    }
    assertThatThrownBy(() -> kms.describeKey("gone")).isNotNull();
    assertThat(heard)
        .extracting(OperationRecord::operation)
        .containsExactly("createKey", "rotateKey", "generateDataKey", "decrypt", "describeKey");
    OperationRecord rotated = heard.get(1);
    assertThat(rotated.management()).isTrue();
    assertThat(rotated.who()).isEqualTo("alice");
    assertThat(rotated.at()).isEqualTo(NOW);
    assertThat(rotated.keyId()).isEqualTo("k");
    assertThat(rotated.keyVersion()).isEqualTo(2);
    assertThat(rotated.succeeded()).isTrue();
    OperationRecord generated = heard.get(2);
    assertThat(generated.management()).isFalse();
    assertThat(generated.contextHashes().get("tenant")).matches("[0-9a-f]{64}");
    assertThat(generated.toString()).doesNotContain("private name");
    assertThat(heard.get(4).failure()).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    assertThat(heard.get(4).keyId()).isEqualTo("gone");
  }

  @Test
  void theStatusIsToldWhenItChanges() {
    started();
    service.stop();
    assertThat(statuses)
        .containsExactly(ServiceStatus.CONFIGURED, ServiceStatus.RUNNING, ServiceStatus.CONFIGURED);
  }

  @Test
  void metersCountWhatWasDone() {
    KmsManager kms = started();
    KmsMetrics.bindCaches(registry, service);
    kms.createKey("k");
    kms.describeKey("k");
    kms.describeKey("k");
    assertThatThrownBy(() -> kms.describeKey("gone")).isNotNull();
    assertThat(
            registry
                .get("claviger.kms.operations")
                .tag("operation", "describeKey")
                .tag("outcome", "success")
                .timer()
                .count())
        .isEqualTo(2);
    assertThat(
            registry.get("claviger.kms.operations").tag("outcome", "KEY_NOT_FOUND").timer().count())
        .isEqualTo(1);
    assertThat(cacheCount("hit")).isEqualTo(1);
    assertThat(registry.get("claviger.kms.running").gauge().value()).isEqualTo(1);
    service.stop();
    assertThat(registry.get("claviger.kms.running").gauge().value()).isZero();
    assertThat(cacheCount("miss")).isZero();
  }

  private double cacheCount(String result) {
    return registry
        .get("claviger.kms.cache")
        .tag("cache", "metadata")
        .tag("result", result)
        .functionCounter()
        .count();
  }
}
