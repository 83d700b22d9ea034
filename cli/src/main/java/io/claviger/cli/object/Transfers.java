package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Printable;
import io.claviger.cli.shell.Progress;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One object between a store and a file or pipe, with what is reported of it. */
final class Transfers {
  private Transfers() {}

  static int up(Shell shell, String input, Upload upload) throws IOException {
    long size = LocalFiles.size(input);
    LocalFiles files = new LocalFiles(shell);
    long bytes;
    try (Progress progress = shell.progress("sealed", size)) {
      if (size < 0) {
        try (InputStream source = files.read(input)) {
          bytes = upload.pipe(source, progress);
        }
      } else {
        upload.file(offset -> at(files, input, offset), size, progress);
        bytes = size;
      }
    } catch (UncheckedIOException e) {
      throw new CommandException(
          ExitCode.LOCAL_FILE,
          "%s cannot be read to its end (%s); nothing was stored"
              .formatted(input, Objects.requireNonNull(e.getCause()).getMessage()),
          e);
    }
    return done(shell, upload.target().toString(), bytes);
  }

  private static InputStream at(LocalFiles files, String input, long offset) throws IOException {
    InputStream opened = files.read(input);
    opened.skipNBytes(offset);
    return opened;
  }

  static int down(Shell shell, Download download, String output) throws IOException {
    long bytes = new LocalFiles(shell).write(output, download::into);
    return output.equals(LocalFiles.STANDARD) ? ExitCode.OK.status() : done(shell, output, bytes);
  }

  static int done(Shell shell, String target, long bytes) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("output", target);
    data.put("plainBytes", bytes);
    shell.result(data, out -> out.printf("%s, %s%n", Printable.of(target), Sizes.shortText(bytes)));
    return ExitCode.OK.status();
  }
}
