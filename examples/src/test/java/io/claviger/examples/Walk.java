package io.claviger.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Does what a page of the documentation says. Of each fenced block the first word says what it is
 * and the second one what its name is: {@code java Orders.java} is a file of that name, {@code sh}
 * is run by bash, {@code text} is what the block before it prints ({@code ..} stands for anything),
 * {@code sh setup} prepares a machine and is left out unless it is wanted, {@code sh} with another
 * name is left out always. All shell blocks of a walk run in one shell, so that variables stay.
 *
 * <p>Also a program, to be run from its source without a class path: {@code java Walk.java PAGE
 * FOLDER [SECTION..]}, setup included; exit status 1 when a page does not hold what it says.
 */
final class Walk {
  private static final long MINUTES = 20;

  /** A fenced block: its info string, its content, and the heading that it stands under. */
  record Block(String section, String kind, String name, String content) {}

  private final List<Block> blocks;
  private final Map<String, String> replacements = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private boolean setup;

  private Walk(List<Block> blocks) {
    this.blocks = blocks;
  }

  /** Reads a page. */
  static Walk through(Path page) throws IOException {
    return new Walk(blocks(Files.readString(page, StandardCharsets.UTF_8)));
  }

  static List<Block> blocks(String markdown) {
    List<Block> found = new ArrayList<>();
    String section = "";
    String[] info = null;
    StringBuilder content = new StringBuilder();
    for (String line : markdown.lines().toList()) {
      if (line.startsWith("```") && info == null) {
        info = (line.substring(3).strip() + "  ").split(" ", 3);
        content.setLength(0);
      } else if (line.startsWith("```")) {
        found.add(new Block(section, info[0], info[1].strip(), content.toString()));
        info = null;
      } else if (info != null) {
        content.append(line).append('\n');
      } else if (line.startsWith("## ")) {
        section = line.substring(3).strip();
      }
    }
    return found;
  }

  /** Only what stands under these headings of the second level. */
  Walk sections(List<String> headings) {
    List<Block> chosen = blocks.stream().filter(b -> headings.contains(b.section())).toList();
    for (String heading : headings) {
      if (chosen.stream().noneMatch(b -> b.section().equals(heading))) {
        throw new IllegalArgumentException("no block stands under \"" + heading + "\"");
      }
    }
    Walk walk = new Walk(new ArrayList<>(chosen));
    walk.replacements.putAll(replacements);
    walk.environment.putAll(environment);
    return walk;
  }

  /** Runs a line of the test's own behind those of the page. */
  Walk then(String line) {
    blocks.add(new Block("", "sh", "", line + "\n"));
    return this;
  }

  /** Puts another text in the place of one of the page, such as a port that is free here. */
  Walk replacing(String text, String by) {
    replacements.put(text, by);
    return this;
  }

  Walk environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Walk withSetup() {
    setup = true;
    return this;
  }

  /** Returns the content of the block with this name. */
  String file(String name) {
    return blocks.stream()
        .filter(b -> b.name().equals(name))
        .map(Block::content)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the page has no block " + name));
  }

  /** Writes the files and runs the shell blocks in {@code folder}; returns all that was printed. */
  String run(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    StringBuilder script =
        new StringBuilder("set -e\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n");
    List<Block> run = new ArrayList<>();
    for (Block block : blocks) {
      if (isRun(block)) {
        script.append("{\n%s} >'%s' 2>&1\n".formatted(replaced(block), output(folder, run.size())));
        run.add(block);
      } else if (!block.kind().equals("sh") && !block.name().isEmpty()) {
        Files.writeString(folder.resolve(block.name()), replaced(block));
      }
    }
    Files.writeString(folder.resolve("nothing"), "");
    Path file = Files.writeString(folder.resolve("walk.sh"), script.toString());
    ProcessBuilder builder =
        new ProcessBuilder("bash", file.toAbsolutePath().toString())
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(folder.resolve("nothing").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("walk.log").toFile());
    builder.environment().keySet().removeIf(n -> n.matches("(CLAVIGER|RUSTFS|AWS|VAULT)_.*"));
    builder.environment().putAll(environment);
    Process bash = builder.start();
    if (!bash.waitFor(MINUTES, TimeUnit.MINUTES)) {
      bash.destroy();
      throw new AssertionError("still running after " + MINUTES + " minutes");
    }
    String all = Files.readString(folder.resolve("walk.log"));
    for (int i = 0; i < run.size() && Files.exists(output(folder, i)); i++) {
      all += Files.readString(output(folder, i));
    }
    if (bash.exitValue() != 0) {
      throw new AssertionError("exit status " + bash.exitValue() + "\n" + all);
    }
    for (int i = 0; i < run.size(); i++) {
      compare(run.get(i), Files.readString(output(folder, i)));
    }
    return all;
  }

  private boolean isRun(Block block) {
    return block.kind().equals("sh")
        && (block.name().isEmpty() || setup && block.name().equals("setup"));
  }

  private static Path output(Path folder, int number) {
    return folder.resolve("output-" + number).toAbsolutePath();
  }

  private String replaced(Block block) {
    String content = block.content();
    for (Map.Entry<String, String> entry : replacements.entrySet()) {
      content = content.replace(entry.getKey(), entry.getValue());
    }
    return content;
  }

  /** The block behind a shell block, if it is a text, is what that one prints, line by line. */
  private void compare(Block shell, String printed) {
    int next = blocks.indexOf(shell) + 1;
    if (next == blocks.size() || !blocks.get(next).kind().equals("text")) {
      return;
    }
    String pattern =
        replaced(blocks.get(next))
            .lines()
            .map(line -> Pattern.quote(line).replace("..", "\\E.*\\Q"))
            .collect(Collectors.joining("\\R(?s:.*\\R)?", "(?s:.*\\R)?", "(?s:\\R.*)?"));
    if (!Pattern.matches(pattern, printed.stripTrailing())) {
      throw new AssertionError(
          "the page says\n%s\nbut there was\n%s".formatted(blocks.get(next).content(), printed));
    }
  }

  /** Walks through a page, setup included; see the class. */
  public static void main(String[] args) throws Exception {
    Walk walk = through(Path.of(args[0]));
    if (args.length > 2) {
      walk = walk.sections(List.of(args).subList(2, args.length));
    }
    System.out.println(walk.withSetup().run(Path.of(args[1])));
  }
}
