package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Other engines ahead of the JDK's, each in a JVM of its own: public vectors, keys, IVs and tags of
 * every size, buffers of every kind, envelopes and stored objects come out the same, and nothing
 * that was changed opens.
 */
class InstalledEnginesTest {
  private static final List<String> CLASSES =
      List.of(
          "io.claviger.jca.PublicVectorsTest",
          "io.claviger.jca.NistVectorsTest",
          "io.claviger.jca.RandomGcmTest",
          "io.claviger.jca.KeySizesTest",
          "io.claviger.jca.KmsGcmTest",
          "io.claviger.jca.BadTagTest",
          "io.claviger.jca.KmsEnvelopeTest",
          "io.claviger.jca.RandomEnvelopesTest",
          "io.claviger.floe.FloeVectorsTest",
          "io.claviger.frozen.FrozenObjectsTest");

  @ParameterizedTest
  @CsvSource({
    "AmazonCorrettoCryptoProvider,com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider",
    "Conscrypt,org.conscrypt.OpenSSLProvider"
  })
  void whatIsRightWithTheJdksEngineIsRightWithThisOne(String name, String type) throws Exception {
    String said =
        ChildJvm.java(
            System.getProperty("java.home"),
            List.of(
                "-Xmx384m",
                "-Dclaviger.test.gcm.messages=1000",
                "-Dclaviger.test.envelope.cases=300",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                ChildJvm.CLASS_PATH),
            Stream.concat(Stream.of(InstalledEngine.class.getName(), type), CLASSES.stream())
                .toArray(String[]::new));
    assertThat(said)
        .contains("AES-GCM by " + name)
        .contains(CLASSES.size() + " classes, tests: all passed");
  }
}
