package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.Children;
import io.claviger.e2e.env.E2e;
import io.claviger.kms.KeyState;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsServiceManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Two processes begin at the same moment without a key, and share the one that wins. */
class ProcessesIT {
  private static final String BUCKET = "aws-kms-processes";

  private final String account = KmsServer.freshAccount();
  private final URI server = KmsServer.LOCALSTACK.http();

  private final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final StringBuilder said = new StringBuilder();

    Child(String name) throws IOException {
      process =
          Children.start(
              Children.java(SharingProcess.class, server, server, account, BUCKET, name));
      lines = process.inputReader();
    }

    /** Returns what follows {@code word} in the line that begins with it. */
    String await(String word) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith(word)) {
          return line.substring(word.length()).strip();
        }
      }
      throw new AssertionError("no " + word + " but\n" + said);
    }

    void tell(String line) throws IOException {
      process.outputWriter().write(line + "\n");
      process.outputWriter().flush();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void twoProcessesShareTheKeyThatOneMadeAndNoticeWhatIsDoneToIt() throws Exception {
    KmsServiceManager administrator = Services.running(KmsServer.LOCALSTACK.configOf(account));
    try (S3Client plain = E2e.plain(server)) {
      plain.createBucket(b -> b.bucket(BUCKET));
    }
    try (Child one = new Child("one");
        Child two = new Child("two")) {
      List<Child> both = List.of(one, two);
      String arn = one.await("KEY");
      assertThat(two.await("KEY")).isEqualTo(arn);
      for (Child child : both) {
        child.await("WROTE");
      }
      one.tell("two");
      two.tell("one");
      for (Child child : both) {
        child.await("READ");
      }
      administrator.manager().disableKey(SharingProcess.KEY);
      for (Child child : both) {
        assertThat(child.await("REFUSED")).isEqualTo("INVALID_KEY_STATE");
      }
      administrator.manager().enableKey(SharingProcess.KEY);
      for (Child child : both) {
        child.await("OPENS");
        assertThat(child.process.waitFor()).isZero();
      }
      assertThat(administrator.manager().listKeys(ListKeysRequest.first()).keys())
          .filteredOn(key -> key.state() != KeyState.PENDING_DELETION)
          .as("the one that lost the race took its key back")
          .hasSize(1);
    } finally {
      administrator.stop();
    }
  }
}
