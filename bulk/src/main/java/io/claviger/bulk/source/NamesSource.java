package io.claviger.bulk.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.claviger.bulk.Clients;
import io.claviger.bulk.CsvLine;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.UnitSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names in a file, one unit a line: {@code bucket,key} or {@code bucket,key,version}, keys
 * URL-encoded, further columns ignored. So are the manifests of S3 Batch Operations, and the report
 * of a run, whose units can be worked on again. Empty lines are passed over.
 *
 * <p>The file is read by one lister and must stay as it is while a run goes on.
 *
 * @param file the path of the file, as text
 */
public record NamesSource(String file) implements UnitSource {
  private static final long serialVersionUID = 1L;

  /** Returns the source that reads {@code file}. */
  public static NamesSource of(Path file) {
    return new NamesSource(file.toString());
  }

  @Override
  public String name() {
    return "names in " + file;
  }

  @Override
  public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
    return List.of(UnitRange.WHOLE);
  }

  @Override
  public UnitReader open(Clients clients, Pace pace, UnitRange range, @Nullable String after) {
    return new Lines(after == null ? 0 : Long.parseLong(after));
  }

  /** A position is the number of the line, from 1. */
  private final class Lines implements UnitReader {
    private final BufferedReader in;
    private long line;

    Lines(long after) {
      try {
        in = Files.newBufferedReader(Path.of(file), UTF_8);
        while (line < after && in.readLine() != null) {
          line++;
        }
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public @Nullable Unit next() {
      try {
        String text = "";
        while (text != null && text.isBlank()) {
          text = in.readLine();
          line++;
        }
        return text == null ? null : unit(CsvLine.fields(text));
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private UncheckedIOException unreadable(IOException e) {
      return new UncheckedIOException(
          "the file of names %s cannot be read behind line %d (%s)".formatted(file, line, e), e);
    }

    private Unit unit(List<String> columns) {
      if (columns.size() < 2 || columns.get(0).isEmpty() || columns.get(1).isEmpty()) {
        throw new IllegalArgumentException(
            "line %d of %s has no bucket and key, expected bucket,key or bucket,key,version. Correct it, and start the run again with the same folder"
                .formatted(line, file));
      }
      String version = columns.size() > 2 && !columns.get(2).isEmpty() ? columns.get(2) : null;
      String key = CsvLine.key(columns.get(1));
      return new Unit(columns.get(0), key, version, Unit.UNKNOWN_SIZE, null);
    }

    @Override
    public String position() {
      return Long.toString(line);
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }
}
