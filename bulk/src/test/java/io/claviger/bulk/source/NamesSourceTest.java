package io.claviger.bulk.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Names in the columns of a manifest, or of a report. */
class NamesSourceTest {
  private static final Clients NONE =
      Clients.withoutKeys(S3Client.builder().region(Region.US_EAST_1).build());

  @TempDir Path folder;

  private NamesSource source(String text) throws IOException {
    return NamesSource.of(Files.writeString(folder.resolve("names.csv"), text));
  }

  private static List<Unit> units(NamesSource source, String after, List<String> positions) {
    List<Unit> units = new ArrayList<>();
    UnitRange range = source.split(NONE, Pace.FREE, 8).get(0);
    try (UnitReader reader = source.open(NONE, Pace.FREE, range, after)) {
      for (Unit unit = reader.next(); unit != null; unit = reader.next()) {
        units.add(unit);
        positions.add(reader.position());
      }
    }
    return units;
  }

  @Test
  void eachLineIsAUnitAndAReaderGoesOnBehindEach() throws IOException {
    NamesSource source =
        source(
            """
            b,plain/key
            "b","a+b%2Bc%2C%22%C3%BC"

            b,k,v1
            b,k,,failed,Plaintext,200,"a sentence, with ""quotes\"""
            """);
    List<String> positions = new ArrayList<>();
    List<Unit> all = units(source, null, positions);
    assertThat(all)
        .containsExactly(
            Unit.named("b", "plain/key"),
            Unit.named("b", "a b+c,\"ü"),
            new Unit("b", "k", "v1", Unit.UNKNOWN_SIZE, null),
            Unit.named("b", "k"));
    for (int i = 0; i < all.size(); i++) {
      assertThat(units(source, positions.get(i), new ArrayList<>()))
          .isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void aLineWithoutAKeyIsNamed() throws IOException {
    NamesSource source = source("b,k\nb\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> units(source, null, new ArrayList<>()))
        .withMessageContaining("line 2")
        .withMessageContaining("bucket,key,version");
  }
}
