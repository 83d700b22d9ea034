package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link SelfCheck} says, by call and by command. */
class SelfCheckTest {
  @TempDir Path folder;

  @Test
  void tellsPlaceBackendAndProblem() {
    ClavigerProvider provider =
        (ClavigerProvider) new ClavigerProvider().configure("backend_type=memory instance=check");
    SelfCheck unregistered = provider.selfCheck();
    assertThat(unregistered.isRegistered()).isFalse();
    assertThat(unregistered.backend()).hasValue("memory");
    assertThat(unregistered)
        .hasToString(
            "Claviger-check: not registered; pass it to getInstance, or call Security.addProvider;"
                + " key service (backend memory) answers");
    Security.insertProviderAt(provider, 1);
    try {
      assertThat(provider.selfCheck().toString())
          .startsWith("Claviger-check: registered at place 1 of ")
          .contains("; last is recommended; ");
      provider.serviceManager().stop();
      SelfCheck stopped = provider.selfCheck();
      assertThat(stopped.isHealthy()).isFalse();
      assertThat(stopped.backend()).isEmpty();
      assertThat(stopped.toString()).contains("key service not usable: the key management service");
    } finally {
      Security.removeProvider(provider.getName());
    }
  }

  @Test
  void aBackendMadeInCodeSaysSo() {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
    assertThat(new ClavigerProvider(service).selfCheck().backend()).hasValue("in-code");
    service.stop();
  }

  @Test
  void theCommandChecksWhatTheSecurityPropertiesRegister() throws Exception {
    int next = Security.getProviders().length + 1;
    Path both =
        Files.writeString(
            folder.resolve("java.security"),
            "security.provider.%d=Claviger backend_type=memory instance=a%n".formatted(next)
                + "security.provider.%d=Claviger config=/no/such/file instance=b%n"
                    .formatted(next + 1));
    ChildJvm.Ended ended = command(List.of("-Djava.security.properties=" + both));
    assertThat(ended.status()).as(ended.output()).isEqualTo(1);
    assertThat(ended.output().lines().filter(line -> line.startsWith("Claviger")))
        .hasSize(2)
        .anyMatch(line -> line.contains("registered at place " + next) && line.endsWith(" answers"))
        .anyMatch(line -> line.contains("not usable: ") && line.contains("/no/such/file"));
  }

  @Test
  void theCommandChecksAnArgument() throws Exception {
    ChildJvm.Ended good = command(List.of(), "backend_type=memory", "instance=eu");
    assertThat(good.status()).as(good.output()).isZero();
    assertThat(good.output()).contains("Claviger-eu: not registered; ", "(backend memory) answers");
    ChildJvm.Ended none = command(List.of());
    assertThat(none.status()).as(none.output()).isEqualTo(1);
    assertThat(none.output()).contains("no provider of Claviger is registered; add");
    ChildJvm.Ended environment = command(List.of(), "-");
    assertThat(environment.status()).as(environment.output()).isEqualTo(1);
    assertThat(environment.output()).contains("Claviger: not registered; ", "not usable: ");
  }

  private static ChildJvm.Ended command(List<String> options, String... argument) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx128m"));
    command.addAll(options);
    command.addAll(List.of("-cp", ChildJvm.CLASS_PATH, SelfCheck.class.getName()));
    command.addAll(List.of(argument));
    return ChildJvm.ended(command);
  }
}
