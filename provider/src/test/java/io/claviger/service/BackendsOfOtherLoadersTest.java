package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.KmsConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads whose class loader sees no backend, or those of another copy of this library. */
class BackendsOfOtherLoadersTest {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private static void run(ClassLoader ofThread, String json) {
    Thread.currentThread().setContextClassLoader(ofThread);
    KmsServiceManager service = new KmsServiceManager();
    service.configure(KmsConfig.fromJson(json));
    service.start();
    service.manager().createKey("k");
    assertThat(service.manager().describeKey("k").keyId()).isEqualTo("k");
    service.stop();
  }

  @Test
  void aThreadThatSeesNoBackend() {
    run(ClassLoader.getPlatformClassLoader(), "{\"backend_type\": \"memory\"}");
    run(null, "{\"backend_type\": \"memory\"}");
  }

  @Test
  void aThreadThatSeesAnotherCopyOfThisLibrary() throws Exception {
    URL[] classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(BackendsOfOtherLoadersTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader copy =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      run(copy, "{\"backend_type\": \"memory\"}");
      KmsException unknown =
          Assertions.catchThrowableOfType(
              KmsException.class, () -> run(copy, "{\"backend_type\": \"nothing\"}"));
      assertThat(unknown.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
      assertThat(unknown).hasMessageContaining("memory");
    }
  }

  private static URL url(String place) {
    try {
      return Path.of(place).toUri().toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
