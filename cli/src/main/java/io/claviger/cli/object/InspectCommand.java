package io.claviger.cli.object;

import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Printable;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what an object or a file states of itself, without any key. */
@Command(
    name = "inspect",
    header = "show what an object or file says of itself; needs no key",
    description = {
      "Shows form, master key and version, names of the encryption context, parts and lengths, as"
          + " they are stated. Nothing of it is proved: anyone who can write can forge it; what"
          + " opens with \"claviger cat\" is proved. The exit status is 9 for an object that is not"
          + " sealed, 7 for one whose parts do not fit together."
    },
    footer = {
      "  claviger inspect s3://shop/reports/march.csv",
      "  claviger inspect \"March 2026.csv.clvm\" --json"
    })
public final class InspectCommand implements Callable<Integer> {
  /** Two hundred bytes more than any wrapped data key that fits beside an object. */
  private static final int BEGINNING = 1 << 16;

  private final Shell shell;

  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(
      paramLabel = "s3://BUCKET/KEY|FILE",
      description = "An object, or a file that \"claviger encrypt\" wrote.")
  private String place = "";

  @Option(names = "--version-id", paramLabel = "ID", description = "A version; else the current.")
  private @Nullable String versionId;

  InspectCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Statement said;
    if (Location.isOne(place)) {
      Location object = Location.ofObject(place);
      try (Store open = Store.plain(store)) {
        said = ObjectStatement.of(open.client(), object, versionId);
      }
    } else {
      try (InputStream in = new LocalFiles(shell).read(place)) {
        said = MessageStatement.of(in.readNBytes(BEGINNING), LocalFiles.size(place));
      }
    }
    show(said);
    return switch (said.form()) {
      case SEALED, MESSAGE -> ExitCode.OK.status();
      case PLAINTEXT, FOREIGN -> ExitCode.FINDINGS.status();
      case DAMAGED -> ExitCode.DAMAGED.status();
    };
  }

  private void show(Statement said) {
    shell.result(
        said.data(),
        out ->
            said.data()
                .forEach(
                    (name, value) -> {
                      if (value != null && !value.equals(List.of()) && !value.equals(Map.of())) {
                        out.printf("%-14s %s%n", name, Printable.of(value.toString()));
                      }
                    }));
  }
}
