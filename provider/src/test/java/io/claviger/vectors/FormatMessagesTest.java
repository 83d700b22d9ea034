package io.claviger.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.GoldenFile;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is said of each refused vector; the whole lines are in {@code messages/format.txt}. */
class FormatMessagesTest {
  @Test
  void everyRefusalSaysWhatWasFound() throws IOException {
    Map<String, String> lines = new TreeMap<>();
    for (String content : VectorFiles.stored().values()) {
      JsonNode one = VectorFiles.parse(content);
      if (!one.get("outcome").asText().equals("ok")) {
        Throwable e = catchThrowable(() -> VectorReader.read(one));
        assertThat(e).as(one.get("case").asText()).isNotNull();
        assertThat(e.getMessage()).hasLineCount(1);
        lines.put(one.get("outcome").asText() + " " + one.get("case").asText(), e.getMessage());
      }
    }
    GoldenFile.check("format.txt", lines);
  }
}
