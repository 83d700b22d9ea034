package io.claviger.bulk.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run, in a file system that driver and executors share.
 *
 * <p>{@code run.json}: what the run does, and its ranges; written once. {@code range-00007/X.csv}:
 * rows, and {@code X.json}, written behind it: the {@link Piece} that they are of. Names of pieces
 * are never used twice, so tasks do not meet. {@code result.json}: which pieces count.
 */
final class RunFolder {
  static final String RUN = "run.json";
  static final String RESULT = "result.json";
  private static final String ROWS = ".csv";
  private static final String PIECE = ".json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final FileSystem files;

  RunFolder(String folder, Configuration conf) throws IOException {
    this.folder = new Path(folder);
    this.files = this.folder.getFileSystem(conf);
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("internal error: " + e, e);
    }
  }

  static <T> T parse(String json, Class<T> type) throws IOException {
    return JSON.readValue(json, type);
  }

  /** Reads a file of the driver's, empty if there is none. */
  <T> Optional<T> read(String name, Class<T> type) throws IOException {
    Path file = new Path(folder, name);
    try (InputStream in = files.open(file)) {
      return Optional.of(JSON.readValue(in, type));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is not as it was written (%s). Name another folder, or restore the file"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }

  /** Writes a file of the driver's in the place of what is there. */
  void write(String name, Object value) throws IOException {
    Path file = new Path(folder, name);
    Path next = hidden(file);
    write(next, json(value).getBytes(UTF_8));
    files.delete(file, false);
    rename(next, file);
  }

  /** Stores a piece, and returns its name: its rows first, so that one which is there is whole. */
  String add(int range, Piece piece, java.nio.file.Path rows) throws IOException {
    String name = range(range) + "/" + UUID.randomUUID();
    Path target = new Path(folder, name + ROWS);
    Path next = hidden(target);
    try (OutputStream out = files.create(next, false)) {
      Files.copy(rows, out);
    }
    rename(next, target);
    Path described = new Path(folder, name + PIECE);
    write(hidden(described), json(piece).getBytes(UTF_8));
    rename(hidden(described), described);
    return name;
  }

  /**
   * Returns pieces of a range from its beginning, each with the one behind which it goes on.
   *
   * @param counted pieces that were written down as counting, which lead before others
   */
  Map<String, Piece> chain(int range, Set<String> counted) throws IOException {
    Map<@Nullable String, List<Named>> byAfter = new HashMap<>();
    for (Named each : pieces(range)) {
      byAfter.computeIfAbsent(each.piece().after(), a -> new ArrayList<>()).add(each);
    }
    Map<String, Piece> chain = new LinkedHashMap<>();
    List<Named> next = byAfter.remove(null);
    while (next != null) {
      Named any = next.get(0);
      Named each =
          next.stream().filter(one -> counted.contains(one.name())).findFirst().orElse(any);
      chain.put(each.name(), each.piece());
      next = each.piece().last() ? null : byAfter.remove(each.piece().upTo());
    }
    return chain;
  }

  private record Named(String name, Piece piece) {}

  /** Returns all pieces of a range, in the order of their names. */
  private List<Named> pieces(int range) throws IOException {
    List<Named> pieces = new ArrayList<>();
    for (FileStatus status : list(new Path(folder, range(range)))) {
      String file = status.getPath().getName();
      if (file.endsWith(PIECE) && !file.startsWith(".")) {
        String name = range(range) + "/" + file.substring(0, file.length() - PIECE.length());
        read(name + PIECE, Piece.class).ifPresent(piece -> pieces.add(new Named(name, piece)));
      }
    }
    pieces.sort(Comparator.comparing(Named::name));
    return pieces;
  }

  private FileStatus[] list(Path path) throws IOException {
    try {
      return files.listStatus(path);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** Returns the lines of rows of a piece. */
  List<String> rows(String piece) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(files.open(new Path(folder, piece + ROWS)), UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static String range(int index) {
    return "range-%05d".formatted(index);
  }

  /** Returns where a file is until it is whole; tools leave out names that begin so. */
  private static Path hidden(Path file) {
    return new Path(file.getParent(), "." + file.getName());
  }

  private void write(Path file, byte[] bytes) throws IOException {
    try (OutputStream out = files.create(file, true)) {
      out.write(bytes);
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("%s cannot be renamed to %s".formatted(from, to));
    }
  }
}
