package io.claviger.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.e2e.env.Children;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that holds the lock of a key folder is stopped (SIGSTOP). */
class StoppedIT {
  @TempDir Path temporary;

  @Test
  void onlyChangesWaitAndTheyEndByTheTimeout() throws Exception {
    Path folder = temporary.resolve("keys");
    KmsServiceManager running = started(folder);
    running.manager().createKey("k");
    Process holder = Children.start(Children.java(Holder.class, folder.resolve(".claviger.lock")));
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("HELD true");
      signal("STOP", holder);
      assertThatThrownBy(() -> running.manager().createKey("l"))
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT));
      works(running);
      KmsServiceManager fresh = started(folder);
      works(fresh);
      fresh.stop();
      signal("CONT", holder);
      holder.getOutputStream().close();
      assertThat(holder.waitFor()).isZero();
      running.manager().createKey("l");
      running.stop();
    } finally {
      holder.destroyForcibly();
    }
  }

  private static void works(KmsServiceManager service) {
    service.manager().healthCheck();
    service
        .manager()
        .generateDataKey(GenerateDataKeyRequest.of("k", EncryptionContext.empty()))
        .close();
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static KmsServiceManager started(Path folder) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(
        KmsConfig.builder(LocalConfig.of(folder, "p"))
            .allowInsecureDevDefaults(true)
            .timeout(Duration.ofSeconds(2))
            .build());
    service.start();
    return service;
  }
}
