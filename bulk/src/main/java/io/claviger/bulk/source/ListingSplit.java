package io.claviger.bulk.source;

import io.claviger.bulk.Pace;
import io.claviger.bulk.UnitRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Cuts the keys below a prefix into ranges: where they fit into one page, by counting; else by
 * looking which key comes behind the middle between two keys, one request for each look. Ranges
 * differ in size where keys do not spread evenly, so there should be more of them than listers.
 */
final class ListingSplit {
  /** Looks for each range that is wanted: prefixes of dates cost some before keys differ. */
  private static final int LOOKS_PER_RANGE = 6;

  private static final int LOOKS_AT_LEAST = 24;

  /** Most keys of an answer. */
  private static final int PAGE = 1_000;

  private final S3Client client;
  private final Pace pace;
  private final String bucket;
  private final String prefix;
  private int looks;

  ListingSplit(S3Client client, Pace pace, String bucket, String prefix) {
    this.client = client;
    this.pace = pace;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * A range with what is known of its keys.
   *
   * @param low a key that is at or before its first
   * @param high no key of it is behind this, null for none known
   */
  private record Interval(
      @Nullable String after, @Nullable String upTo, String low, @Nullable String high) {}

  List<UnitRange> into(int wanted) {
    if (wanted <= 1) {
      return List.of(UnitRange.WHOLE);
    }
    ListObjectsV2Response page = behind(null, Math.max(wanted, PAGE));
    List<String> keys = page.contents().stream().map(S3Object::key).toList();
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return ofAllKeys(keys, wanted);
    }
    if (keys.isEmpty()) {
      return List.of(UnitRange.WHOLE);
    }
    String first = keys.get(0);
    String end = end(first, common(first, keys.get(keys.size() - 1)));
    List<Interval> ranges = new ArrayList<>();
    Deque<Interval> open = new ArrayDeque<>(List.of(new Interval(null, null, first, end)));
    int most = LOOKS_AT_LEAST + wanted * LOOKS_PER_RANGE;
    while (!open.isEmpty()) {
      Interval widest = open.poll();
      String middle =
          ranges.size() + open.size() + 1 >= wanted || looks >= most
              ? null
              : Keys.between(widest.low(), widest.high(), prefix);
      if (middle == null) {
        ranges.add(widest);
        continue;
      }
      List<S3Object> found = behind(middle, 1).contents();
      String next = found.isEmpty() ? null : found.get(0).key();
      if (next == null || widest.high() != null && Keys.compare(next, widest.high()) > 0) {
        open.addFirst(new Interval(widest.after(), widest.upTo(), widest.low(), middle));
      } else {
        open.addLast(new Interval(widest.after(), middle, widest.low(), middle));
        open.addLast(new Interval(middle, widest.upTo(), next, widest.high()));
      }
    }
    return ranges.stream()
        .map(range -> new UnitRange(range.after(), range.upTo()))
        .sorted(Comparator.comparing(UnitRange::after, Comparator.nullsFirst(Keys::compare)))
        .toList();
  }

  /** Cuts where all keys are known. */
  private static List<UnitRange> ofAllKeys(List<String> keys, int wanted) {
    if (keys.size() <= wanted) {
      return List.of(UnitRange.WHOLE);
    }
    List<UnitRange> ranges = new ArrayList<>();
    String after = null;
    for (int i = 1; i < wanted; i++) {
      String upTo = keys.get((int) ((long) i * keys.size() / wanted) - 1);
      ranges.add(new UnitRange(after, upTo));
      after = upTo;
    }
    ranges.add(new UnitRange(after, null));
    return ranges;
  }

  private static int common(String one, String other) {
    int common = 0;
    while (common < Math.min(one.length(), other.length())
        && one.charAt(common) == other.charAt(common)) {
      common++;
    }
    return common;
  }

  /**
   * Returns a text behind which there is no key: the beginning that the first key shares with all
   * others, found by bisection of its length, and a high character. Null where there is none.
   *
   * @param most how much it shares with some others
   */
  private @Nullable String end(String first, int most) {
    int shared = prefix.length() - 1;
    int tooLong = most + 1;
    int length = most;
    while (tooLong - shared > 1) {
      if (behind(first.substring(0, length) + Keys.HIGHEST, 1).contents().isEmpty()) {
        shared = length;
      } else {
        tooLong = length;
      }
      length = (shared + tooLong) / 2;
    }
    return shared < prefix.length() ? null : first.substring(0, shared) + Keys.HIGHEST;
  }

  /** Returns the first keys behind {@code place}. */
  private ListObjectsV2Response behind(@Nullable String place, int keys) {
    looks++;
    pace.beforeStore(1);
    return client.listObjectsV2(
        b ->
            b.bucket(bucket)
                .prefix(prefix)
                .startAfter(place)
                .maxKeys(keys)
                .encodingType(EncodingType.URL));
  }
}
