package io.claviger.bulk.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Outcome.Status;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is, in a file that is always whole: written beside the old one, flushed, and
 * renamed over it.
 *
 * @param run what the run does with what, to recognise it
 * @param ranges each range with the position up to which all its units are done with
 * @param reportBytes length of the report with the rows of just those units
 * @param byStatus counts of just those units, as the following
 */
record RunState(
    @JsonProperty("run") String run,
    @JsonProperty("ranges") List<Range> ranges,
    @JsonProperty("reportBytes") long reportBytes,
    @JsonProperty("byStatus") Map<Status, Long> byStatus,
    @JsonProperty("byCode") Map<String, Long> byCode,
    @JsonProperty("byGroup") Map<String, Long> byGroup,
    @JsonProperty("findings") long findings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One range; all texts are positions. */
  record Range(
      @JsonProperty("after") @Nullable String after,
      @JsonProperty("upTo") @Nullable String upTo,
      @JsonProperty("doneUpTo") @Nullable String doneUpTo,
      @JsonProperty("finished") boolean finished) {}

  static RunState of(String run, List<Range> ranges, long reportBytes, Counts counts) {
    return new RunState(
        run,
        ranges,
        reportBytes,
        counts.byStatus(),
        counts.byCode(),
        counts.byGroup(),
        counts.findings());
  }

  Counts counts() {
    return new Counts(byStatus, byCode, byGroup, findings);
  }

  /**
   * Reads a state, empty if there is none.
   *
   * @throws IOException if it cannot be read, or is not a state
   */
  static Optional<RunState> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), RunState.class));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is not the state of a run (%s). Name another folder, or restore the file"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }

  /** Puts this in the place of what is in {@code file}. */
  void write(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, JSON.writeValueAsBytes(this));
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
