package io.claviger.bulk.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/** Ranges leave nothing out and have nothing twice, and a reader goes on behind each position. */
class ListingSourceTest {
  private final String bucket = Stores.bucket();
  private final Clients clients = Clients.withoutKeys(Stores.plain(new SmallPages()));
  private final Clients inOnePage = Clients.withoutKeys(Stores.PLAIN);

  /** Makes pages of three, so that few objects are several pages. */
  private static final class SmallPages implements ExecutionInterceptor {
    private static final int KEYS = 3;

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
      if (!(context.request() instanceof ListObjectsV2Request list)) {
        return context.request();
      }
      int asked = list.maxKeys() == null ? KEYS : list.maxKeys();
      return list.toBuilder().maxKeys(Math.min(KEYS, asked)).build();
    }
  }

  private void put(String key) {
    Stores.PLAIN.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("text"));
  }

  private List<String> positions(ListingSource source, UnitRange range, String after) {
    List<String> found = new ArrayList<>();
    try (UnitReader reader = source.open(clients, Pace.FREE, range, after)) {
      for (Unit unit = reader.next(); unit != null; unit = reader.next()) {
        assertThat(unit.bucket()).isEqualTo(bucket);
        assertThat(unit.storedBytes()).isEqualTo(4);
        found.add(reader.position());
      }
    }
    return found;
  }

  private List<String> all(ListingSource source, int ranges) {
    return all(source, clients, ranges);
  }

  private List<String> all(ListingSource source, Clients splitting, int ranges) {
    List<String> found = new ArrayList<>();
    List<UnitRange> split = source.split(splitting, Pace.FREE, ranges);
    split.forEach(range -> found.addAll(positions(source, range, null)));
    return found;
  }

  /** XML 1.0 has no place for these, so that a store says others, or what no parser reads. */
  @Test
  void keysThatXmlCannotHoldAreListedAsTheyAre() {
    List<String> keys =
        List.of("b\u0001c", "b\uffff", "b\ufffe", "a b", "a+b", "a%20b", "\ud83d\ude00");
    keys.forEach(this::put);
    for (ListingSource source :
        List.of(ListingSource.ofBucket(bucket), ListingSource.ofBucket(bucket).withVersions())) {
      assertThat(all(source, inOnePage, 1).stream().map(position -> position.split("\0")[0]))
          .containsExactlyInAnyOrderElementsOf(keys);
    }
    assertThat(all(ListingSource.ofBucket(bucket), 3)).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void rangesHaveEachKeyOnceInOrder() {
    TreeSet<String> keys = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      keys.add("p/%03d".formatted(i * 7));
    }
    keys.addAll(List.of("p/", "p/a b", "p/a+b", "p/ü", "p/z/z"));
    keys.forEach(this::put);
    put("q/other");
    put("other");
    ListingSource source = new ListingSource(bucket, "p/", false);
    for (int ranges : new int[] {1, 2, 5, 16, 100}) {
      assertThat(all(source, ranges)).as("%d ranges", ranges).containsExactlyElementsOf(keys);
      assertThat(all(source, inOnePage, ranges))
          .as("%d ranges of a page", ranges)
          .containsExactlyElementsOf(keys);
    }
    assertThat(source.split(clients, Pace.FREE, 5)).hasSize(5);
    assertThat(source.split(inOnePage, Pace.FREE, 5)).hasSize(5);
    assertThat(all(ListingSource.ofBucket(bucket), 4)).hasSize(keys.size() + 2);
  }

  @Test
  void aBucketWithoutObjectsIsOneEmptyRange() {
    assertThat(all(ListingSource.ofBucket(bucket), 8)).isEmpty();
  }

  @Test
  void asManyObjectsAsRangesAreOneRangeAfterOneRequest() {
    AtomicInteger requests = new AtomicInteger();
    Pace counting =
        new Pace() {
          @Override
          public void beforeStore(int more) {
            requests.addAndGet(more);
          }

          @Override
          public void beforeKeys(int calls) {}
        };
    ListingSource source = ListingSource.ofBucket(bucket);
    List.of("a", "b", "c").forEach(this::put);
    assertThat(source.split(clients, counting, 3)).containsExactly(UnitRange.WHOLE);
    assertThat(requests).hasValue(1);
    put("d");
    assertThat(source.split(clients, counting, 3)).hasSizeGreaterThan(1);
  }

  @Test
  void aReaderGoesOnBehindEachPosition() {
    List.of("a", "a/1", "a/2", "b", "c", "d", "e").forEach(this::put);
    ListingSource source = ListingSource.ofBucket(bucket);
    List<String> whole = positions(source, UnitRange.WHOLE, null);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(positions(source, UnitRange.WHOLE, whole.get(i)))
          .isEqualTo(whole.subList(i + 1, whole.size()));
    }
    assertThat(positions(source, new UnitRange("a", "c"), null))
        .containsExactly("a/1", "a/2", "b", "c");
  }

  @Test
  void keysAreInTheOrderOfTheirBytes() {
    assertThat(Keys.compare("\uFF5E", "\uD83D\uDE00")).isNegative();
    assertThat(Keys.compare("a", "a!")).isNegative();
    assertThat(Keys.between("p/000", null, "p/")).isGreaterThan("p/000");
    assertThat(Keys.between("a", "a", "")).isNull();
    String middle = Keys.between("2026-01-01", "2026-12-31", "");
    assertThat(middle).isBetween("2026-01-01", "2026-12-31");
  }

  /** In one page: S3Mock loses versions between pages. Pages of versions: {@code VersionsIT}. */
  @Test
  void eachVersionIsAUnit() {
    Stores.PLAIN.putBucketVersioning(
        b ->
            b.bucket(bucket)
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    for (String key : List.of("a", "b", "b", "b", "b", "b", "c", "c")) {
      put(key);
    }
    Stores.PLAIN.deleteObject(b -> b.bucket(bucket).key("c"));
    ListingSource source = ListingSource.ofBucket(bucket).withVersions();
    List<String> whole = all(source, 3);
    assertThat(whole).hasSize(8).doesNotHaveDuplicates();
    assertThat(positions(source, UnitRange.WHOLE, null)).isEqualTo(whole);
  }
}
