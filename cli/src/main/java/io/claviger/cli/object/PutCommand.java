package io.claviger.cli.object;

import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Seals a file or a pipe as an object. */
@Command(
    name = "put",
    header = "seal a file or a pipe as an object",
    description = {
      "Stores INPUT, sealed, in bounded memory: in one request up to 16 MiB, in parts above that."
          + " Parts of an upload that does not come to its end are deleted. A pipe may have 156"
          + " GiB, a file 5 TiB.",
      "What a pipe ends with is its end: when the command before it fails, what it wrote until then"
          + " is stored, with status 0. In scripts \"set -o pipefail\" shows that failure."
    },
    footer = {
      "  claviger put \"March 2026.csv\" s3://shop/reports/",
      "  tar c photos | claviger put - s3://shop/photos.tar --key photos"
    })
public final class PutCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(
      index = "0",
      paramLabel = "INPUT",
      description = "The file to be sealed; - is standard input.")
  private String input = "";

  @Parameters(
      index = "1",
      paramLabel = "s3://BUCKET/KEY",
      description = "The object; what ends with / gets the file's name.")
  private String target = "";

  @Option(
      names = {"-k", "--key"},
      paramLabel = "ID",
      description = "The master key; by default the one that \"claviger which\" shows.")
  private @Nullable String key;

  @Option(names = "--content-type", paramLabel = "TYPE", description = "Its content type.")
  private @Nullable String contentType;

  @Option(
      names = "--metadata",
      paramLabel = "NAME=VALUE",
      description = "User metadata, which is not secret; may be given several times.")
  private @Nullable Map<String, String> metadata;

  @Option(
      names = "--only-new",
      description = "Leave an object of that name as it is; the exit status is then 5.")
  private boolean onlyNew;

  PutCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Location to = Location.ofTarget(target, input);
    try (Store open = Store.sealing(store)) {
      open.requireKey(shell, to, key);
      Upload upload =
          new Upload(
              open.client(), to, key, contentType, metadata == null ? Map.of() : metadata, onlyNew);
      return Transfers.up(shell, input, upload);
    }
  }
}
