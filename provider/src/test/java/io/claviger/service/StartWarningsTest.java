package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the log says when a service begins with settings that will not do. */
class StartWarningsTest {
  private static String logged(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  private static KmsServiceManager over(TroubledFactory factory, String defaultKeyId) {
    KmsServiceManager service =
        new KmsServiceManager(ServiceSettings.builder().backendFactory(factory).build());
    service.configure(
        KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE))
            .defaultKeyId(defaultKeyId)
            .build());
    return service;
  }

  @Test
  void aDefaultKeyThatDoesNotExistIsSaidAtStart() {
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    KmsServiceManager service = over(factory, "orders");
    assertThat(logged(service::start))
        .containsOnlyOnce("config \"default_key_id\" names \"orders\", which does not exist")
        .contains("Create it, or correct the setting");
    assertThat(service.status().state()).isEqualTo(ServiceStatus.State.RUNNING);
    service.manager().createKey("orders");
    assertThat(logged(service::restart)).doesNotContain("default_key_id");
    service.stop();
  }

  @Test
  void whatCannotBeSeenIsNotSaidToBeMissing() {
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    factory.shared.createKey(CreateKeyRequest.named("orders"));
    factory.before =
        operation -> {
          if (operation.equals("describeKey")) {
            throw KmsException.of(ErrorKind.ACCESS_DENIED, "no right to read metadata");
          }
          return operation;
        };
    KmsServiceManager service = over(factory, "orders");
    assertThat(logged(service::start)).doesNotContain("default_key_id");
    assertThat(service.status().state()).isEqualTo(ServiceStatus.State.RUNNING);
    service.stop();
  }
}
