package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registration by the JDK's security properties, in a process of its own. */
class RegistrationTest {
  @TempDir Path folder;

  /** Runs in the other process. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      KeyGenerator generator = KeyGenerator.getInstance("AES");
      generator.init(KmsKeySpec.named("k"));
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, generator.generateKey());
      Provider[] all = Security.getProviders();
      System.out.println(
          cipher.getProvider().getName()
              + " last="
              + all[all.length - 1].getName()
              + " bytes="
              + cipher.doFinal(new byte[4]).length);
    }
  }

  @Test
  void bySecurityProperties() throws Exception {
    Path config = Files.writeString(folder.resolve("claviger.properties"), "backend_type=memory\n");
    int next = Security.getProviders().length + 1;
    Path properties =
        Files.writeString(
            folder.resolve("java.security"),
            "security.provider.%d=Claviger %s\n".formatted(next, config));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.security.properties=" + properties,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("Claviger last=Claviger bytes=20");
  }
}
