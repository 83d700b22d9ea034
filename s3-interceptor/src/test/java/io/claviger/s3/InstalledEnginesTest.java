package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Other engines ahead of the JDK's, in JVMs of their own: each opens what the other sealed. */
class InstalledEnginesTest {
  @TempDir Path folder;

  private static void change(TinyStore store, String name) {
    TinyStore.Stored sealed = store.objects.get(name);
    byte[] changed = sealed.bytes().clone();
    changed[changed.length / 2] ^= 1;
    store.objects.put(name, sealed.withBytes(changed));
  }

  @ParameterizedTest
  @CsvSource({
    "AmazonCorrettoCryptoProvider,com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider",
    "Conscrypt,org.conscrypt.OpenSSLProvider"
  })
  void objectsPassBetweenEngines(String name, String type) {
    try (TinyStore store = new TinyStore();
        S3Client s3 = InstalledEngineRun.client(store.endpoint(), folder.resolve("keys"))) {
      InstalledEngineRun.write(s3, "jdk/");
      change(store, "/b/" + InstalledEngineRun.CHANGED);
      store.unavailable.set(1); // the engine seals the same bytes once more
      store.cutPuts.set(1);
      ChildJvm.Done done =
          ChildJvm.run(
              List.of("-Xmx384m"),
              InstalledEngineRun.class,
              type,
              store.endpoint().toString(),
              folder.resolve("keys").toString());
      assertThat(done.exitCode()).as(done.output()).isZero();
      assertThat(done.output())
          .contains("AES-GCM by " + name)
          .contains("read what the JDK sealed: true")
          .contains("what was changed: NOT_AUTHENTIC")
          .contains("sealed");
      assertThat(store.unavailable).hasValueLessThan(1);
      assertThat(store.cutPuts).hasValueLessThan(1);
      assertThat(InstalledEngineRun.isThere(s3, "engine/")).isTrue();
    }
  }
}
