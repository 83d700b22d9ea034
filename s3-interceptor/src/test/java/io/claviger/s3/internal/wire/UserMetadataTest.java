package io.claviger.s3.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Fields of the envelope as headers of an answer (format 8.1). */
class UserMetadataTest {
  private static SdkHttpResponse answer(String name, String... values) {
    return SdkHttpResponse.builder().statusCode(200).putHeader(name, List.of(values)).build();
  }

  @Test
  void aFieldOfTheEnvelopeThatIsThereTwiceIsRefusedAlsoWithTheSameValue() {
    for (String second : new String[] {"AES256", "customer"}) {
      SdkHttpResponse twice = answer("x-amz-meta-claviger-sse", "AES256", second);
      assertThat(
              catchThrowableOfType(FormatException.class, () -> UserMetadata.of(twice)).failure())
          .isEqualTo(Failure.ENVELOPE_MALFORMED);
    }
  }

  @Test
  void namesAreReadWithoutRegardToCase() {
    assertThat(UserMetadata.of(answer("X-Amz-Meta-Claviger-SSE", "AES256")))
        .containsEntry("claviger-sse", "AES256");
  }

  @Test
  void metadataOfTheCallerMayBeThereTwice() {
    assertThat(UserMetadata.of(answer("x-amz-meta-colour", "red", "blue")))
        .containsEntry("colour", "red");
  }
}
