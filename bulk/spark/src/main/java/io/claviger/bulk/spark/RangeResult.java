package io.claviger.bulk.spark;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.claviger.bulk.RunEnd;
import java.util.Map;

/**
 * How far a task came with its range.
 *
 * @param pieces what counts of the range, by name; a chain from its beginning
 * @param end why it ended
 * @param stopped why it is not at its end, empty if it is
 * @param storeRequests requests of this task, as the job announced them
 * @param keyCalls calls of the key service, likewise
 */
record RangeResult(
    @JsonProperty("pieces") Map<String, Piece> pieces,
    @JsonProperty("end") RunEnd end,
    @JsonProperty("stopped") String stopped,
    @JsonProperty("storeRequests") long storeRequests,
    @JsonProperty("keyCalls") long keyCalls) {}
