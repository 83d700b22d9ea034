package io.claviger.vectors;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of {@code docs/vectors}, one a case, and the cases that make them. */
final class VectorFiles {
  static final Path FOLDER = Path.of("../docs/vectors");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

  private VectorFiles() {}

  /** Returns file name and content of every case. */
  static Map<String, String> made() throws IOException {
    List<ObjectNode> cases = new ArrayList<>();
    cases.addAll(GoodCases.all());
    cases.addAll(BadBodies.all());
    cases.addAll(BadEnvelopes.all());
    cases.addAll(SettledCases.all());
    cases.addAll(LayoutCases.all());
    cases.addAll(MetadataCases.all());
    cases.addAll(WrapCases.all());
    cases.addAll(MessageCases.all());
    cases.addAll(KeyStoreCases.all());
    Map<String, String> files = new TreeMap<>();
    for (ObjectNode one : cases) {
      String folder = one.get("outcome").asText().equals("ok") ? "ok/" : "refused/";
      String content =
          JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES)).writeValueAsString(one);
      if (files.put(folder + one.get("case").asText() + ".json", content + "\n") != null) {
        throw new IllegalStateException(one.get("case") + " is there twice");
      }
    }
    return files;
  }

  /** Returns file name and content of every file. */
  static Map<String, String> stored() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String folder : List.of("ok", "refused")) {
      try (Stream<Path> all = Files.list(FOLDER.resolve(folder))) {
        for (Path file : all.toList()) {
          files.put(folder + "/" + file.getFileName(), Files.readString(file));
        }
      }
    }
    return files;
  }

  static JsonNode parse(String content) throws IOException {
    return JSON.readTree(content);
  }

  /** Replaces the files by what the cases make: {@code -Dvectors.write=true}. */
  static void write() throws IOException {
    for (String folder : List.of("ok", "refused")) {
      Files.createDirectories(FOLDER.resolve(folder));
    }
    for (String old : stored().keySet()) {
      Files.delete(FOLDER.resolve(old));
    }
    for (Map.Entry<String, String> file : made().entrySet()) {
      Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
    }
  }
}
