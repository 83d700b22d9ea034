package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.PublicApi;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What programs may name is what {@code api.txt} shows. */
class S3PublicApiTest {
  @Test
  void theApiIsTheOneThatIsCheckedIn() throws IOException {
    List<String> api =
        PublicApi.check(
            ClavigerInterceptor.class,
            List.of("io.claviger.s3", "io.claviger.s3.api", "io.claviger.s3.rules"));
    assertThat(api)
        .as("a relocated copy must link: no library's type in a signature but the SDK's")
        .noneMatch(line -> line.contains("com.fasterxml"))
        .noneMatch(line -> line.contains("com.github.benmanes"))
        .as("rooms below the door are nobody's business")
        .noneMatch(line -> line.contains(".internal."));
  }
}
