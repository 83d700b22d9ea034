package io.claviger.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.object.FormatException.Failure;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of {@code docs/vectors} are what the cases make, and we read them as they say. */
class VectorsTest {
  /** Failures of writing have no stored bytes. */
  private static final Set<Failure> OF_WRITERS =
      EnumSet.of(Failure.SOURCE_LENGTH, Failure.SOURCE_CHANGED);

  @Test
  void theFilesAreWhatTheCasesMake() throws IOException {
    if (Boolean.getBoolean("vectors.write")) {
      VectorFiles.write();
    }
    assertThat(VectorFiles.stored())
        .as("run this test with -Dvectors.write=true and look at the difference")
        .isEqualTo(VectorFiles.made());
  }

  @Test
  void everyFailureOfAReaderHasACase() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (String content : VectorFiles.stored().values()) {
      shown.add(VectorFiles.parse(content).get("outcome").asText());
    }
    Set<String> expected =
        new TreeSet<>(Set.of("ok", VectorReader.NOT_AUTHENTIC, "CORRUPT_RECORD"));
    for (Failure failure : EnumSet.complementOf(EnumSet.copyOf(OF_WRITERS))) {
      expected.add(failure.name());
    }
    assertThat(shown).isEqualTo(expected);
  }

  static List<Arguments> cases() throws IOException {
    Stream.Builder<Arguments> all = Stream.builder();
    for (Map.Entry<String, String> file : VectorFiles.stored().entrySet()) {
      all.add(Arguments.of(file.getKey(), VectorFiles.parse(file.getValue())));
    }
    return all.build().toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void everyCaseEndsAsItSays(String file, JsonNode one) throws IOException {
    assertThat(VectorReader.outcome(one)).isEqualTo(one.get("outcome").asText());
  }
}
