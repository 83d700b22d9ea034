package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.jca.SelfCheck;
import io.claviger.s3.internal.sdk.SdkVersion;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** An SDK that is too old, or that lost a member: a sentence, and no error of the JVM. */
class SupportedSdkTest {
  private static final String STUBBED =
      "software.amazon.awssdk.core.internal.http.loader.DefaultSdkHttpClientBuilder";

  @TempDir Path folder;

  /** Runs in class loaders of its own, so its names are others than those of this test. */
  public static final class Building implements Callable<String> {
    @Override
    public String call() {
      return said(() -> TestKeys.interceptor().build());
    }
  }

  /** As {@link Building}, of the drop-in. */
  public static final class MakingTheDropIn implements Callable<String> {
    @Override
    public String call() {
      return said(ClavigerDropIn::new);
    }
  }

  /** A copy asks for a client of its own, for which the SDK lacks something. */
  public static final class Copying implements Callable<String> {
    @Override
    public String call() throws Exception {
      try (TinyStore store = new TinyStore();
          S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
        s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString("text"));
        return said(
            () ->
                s3.copyObject(
                    b ->
                        b.sourceBucket("b")
                            .sourceKey("k")
                            .destinationBucket("b")
                            .destinationKey("copy")));
      }
    }
  }

  private static String said(Runnable call) {
    try {
      call.run();
      return "nothing";
    } catch (Throwable e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  /** Runs {@code program} with this class path, behind classes that are compiled from texts. */
  private String run(Class<? extends Callable<String>> program, String... sources)
      throws Exception {
    List<URL> path = new ArrayList<>();
    path.add(compiled(sources).toUri().toURL());
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String each : classes.split(File.pathSeparator)) {
      path.add(Path.of(each).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      return (String)
          Callable.class
              .cast(loader.loadClass(program.getName()).getConstructor().newInstance())
              .call();
    }
  }

  private Path compiled(String... sources) throws IOException {
    Path target = Files.createDirectories(folder.resolve("classes"));
    for (int i = 0; i < sources.length; i++) {
      String name = sources[i].replaceAll("(?s).*class (\\w+).*", "$1");
      Path file =
          Files.writeString(
              Files.createDirectories(folder.resolve("source" + i)).resolve(name + ".java"),
              sources[i]);
      int code =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, "-d", target.toString(), file.toString());
      assertThat(code).isZero();
    }
    return target;
  }

  private static String version(String number) {
    return """
        package software.amazon.awssdk.core.util;
        public final class VersionInfo {
          public static final String SDK_VERSION = "%s";
        }
        """
        .formatted(number);
  }

  /** It had a method more. */
  private static String withoutMember() {
    int end = STUBBED.lastIndexOf('.');
    return "package %s; public final class %s {}"
        .formatted(STUBBED.substring(0, end), STUBBED.substring(end + 1));
  }

  @Test
  void theNewestTestedIsTheOneOfTheseTests() {
    assertThat(SdkVersion.found()).isEqualTo(SdkVersion.NEWEST_TESTED);
  }

  @Test
  void theSdkOfTheseTestsHasAllThatIsNamed() {
    assertThat(SdkVersion.missing("io/claviger/s3/ClavigerDropIn", "io/claviger/s3/Rewrap"))
        .isEmpty();
  }

  @Test
  void theSelfCheckNamesVersionAndJar() {
    assertThat(ChildJvm.run(List.of(), SelfCheck.class).output())
        .contains("AWS SDK " + SdkVersion.found().number() + " (file:", "sdk-core");
  }

  @ParameterizedTest
  @CsvSource({
    "2.24.5, 2.24.6, true",
    "2.24.6, 2.24.6, false",
    "2.24.7, 2.24.6, false",
    "2.9.99, 2.24.6, true",
    "2.100.0, 2.24.6, false",
    "3.0.0, 2.24.6, false",
    "2.24.5-PREVIEW, 2.24.6, true",
    "unknown, 2.24.6, false",
    "2.24, 2.24.6, false",
    "2.24.x, 2.24.6, false"
  })
  void versionsAreComparedByTheirNumbers(String version, String other, boolean before) {
    assertThat(new SdkVersion(version).isBefore(new SdkVersion(other))).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"2.20.0", "2.24.5"})
  void anOlderOneIsRefusedWhereTheInterceptorIsMade(String version) throws Exception {
    for (Class<? extends Callable<String>> way : List.of(Building.class, MakingTheDropIn.class)) {
      assertThat(run(way, version(version)))
          .startsWith("ClavigerS3Exception: Claviger does not work with this SDK, it is too old")
          .contains("AWS SDK " + version, "sdk-core", "2.24.6 to ");
    }
  }

  @ParameterizedTest
  @CsvSource({"2.24.6", "2.57.8", "2.99.0", "3.0.0", "of somebody"})
  void theRangeAndNewerOnesWithAllMembersAreTaken(String version) throws Exception {
    assertThat(run(Building.class, version(version))).isEqualTo("nothing");
  }

  @ParameterizedTest
  @CsvSource({"2.99.0", "of somebody"})
  void aNewerOneThatLostAMemberIsRefusedWhereTheInterceptorIsMade(String version) throws Exception {
    for (Class<? extends Callable<String>> way : List.of(Building.class, MakingTheDropIn.class)) {
      assertThat(run(way, version(version), withoutMember()))
          .startsWith("ClavigerS3Exception: Claviger does not work with this SDK, it lacks")
          .contains(STUBBED + ".buildWithDefaults(", "AWS SDK " + version, "2.24.6 to ");
    }
  }

  @Test
  void whatIsMissingInTheMiddleOfACallIsARefusalToo() throws Exception {
    assertThat(run(Copying.class, version("2.57.8"), withoutMember()))
        .startsWith("ClavigerS3Exception: s3://b/copy: the AWS SDK lacks what this call needs")
        .contains("buildWithDefaults", "AWS SDK 2.57.8");
  }
}
