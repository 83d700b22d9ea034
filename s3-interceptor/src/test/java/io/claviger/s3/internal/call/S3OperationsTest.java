package io.claviger.s3.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.internal.call.S3Operations.Action;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Request;

class S3OperationsTest {
  private static final String SUFFIX = "Request";

  /** Not a method with a request of its own: an extension of the clients. */
  private static final Set<String> EXTENSIONS = Set.of("PresignedUrlDownload");

  @Test
  void everyOperationOfTheSdkHasARowAndNoneIsInvented() {
    Set<String> ofTheSdk = new TreeSet<>(EXTENSIONS);
    Stream.of(S3Client.class, S3AsyncClient.class)
        .flatMap(client -> Arrays.stream(client.getMethods()))
        .map(S3OperationsTest::operation)
        .filter(name -> !name.isEmpty())
        .forEach(ofTheSdk::add);
    assertThat(ofTheSdk).hasSizeGreaterThan(100);
    assertThat(S3Operations.names()).containsExactlyInAnyOrderElementsOf(ofTheSdk);
  }

  private static String operation(Method method) {
    boolean request =
        method.getParameterCount() > 0
            && S3Request.class.isAssignableFrom(method.getParameterTypes()[0]);
    String name = request ? method.getParameterTypes()[0].getSimpleName() : "";
    return request ? name.substring(0, name.length() - SUFFIX.length()) : "";
  }

  @Test
  void everyRefusalSaysWhyAndWhatToDo() {
    for (String name : S3Operations.names()) {
      S3Operations.Rule rule = S3Operations.rule(name, () -> true);
      if (rule.action() == Action.REFUSE) {
        assertThat(rule.reason()).as(name).contains(". ").hasSizeGreaterThan(40);
      } else {
        assertThat(rule.reason()).as(name).isEmpty();
      }
    }
  }

  @Test
  void anUnknownOperationIsRefusedWhenItMayCarryObjectBytes() {
    assertThat(S3Operations.rule("PutObjectNextYear", () -> true).action())
        .isEqualTo(Action.REFUSE);
    assertThat(S3Operations.rule("PutBucketNextYear", () -> false).action()).isEqualTo(Action.PASS);
  }
}
