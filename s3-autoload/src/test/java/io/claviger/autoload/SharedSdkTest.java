package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Several copies of Claviger over one SDK, each in a class loader of its own. */
class SharedSdkTest extends ChildPrograms {
  private static final String[] APPLICATIONS = {"first", "second", "again", "redeployed"};

  private String deploy(String way) throws Exception {
    String output = run(Program.here().properties(configuration()), Applications.class, way);
    for (String application : APPLICATIONS) {
      int length = Unaware.TEXT.length();
      assertThat(line(output, application))
          .startsWith(application + " true " + length + " " + Unaware.TEXT);
    }
    assertThat(stored()).containsOnlyKeys(APPLICATIONS);
    stored()
        .forEach(
            (key, bytes) ->
                assertThat(bytes)
                    .as(key)
                    .startsWith("CLVG")
                    .hasSize(98 + 32 + Unaware.TEXT.length()));
    return output;
  }

  @Test
  void applicationsSealBesideEachOtherAndAfterADeployment() throws Exception {
    String output = deploy("apart");
    for (String application : APPLICATIONS) {
      assertThat(line(output, application)).contains("no interceptor", "beside the SDK");
    }
  }

  @Test
  void besideADropInOfTheContainerTheApplicationsOwnActs() throws Exception {
    String output = deploy("shared");
    for (String application : APPLICATIONS) {
      assertThat(line(output, application)).contains("another copy of Claviger");
    }
  }
}
