package io.claviger.cli.key;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.Passphrases;
import io.claviger.cli.shell.Shell;
import io.claviger.config.LocalConfig;
import io.claviger.kms.SecretBytes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes all keys of a folder into one sealed file. */
@Command(
    name = "export",
    header = "write all keys of a folder into a sealed bundle",
    description = {
      "Writes all keys of the key folder into a new file, sealed under a passphrase of its own."
          + " Applications go on meanwhile. Keep file and passphrase apart, and neither beside the"
          + " objects. A file that is there is never replaced."
    },
    footer = "  claviger key export keys.bundle --passphrase-file bundle.pass")
final class KeyExportCommand implements Callable<Integer> {
  private static final String OPTION = "--passphrase-file";

  private final Shell shell;

  @Parameters(paramLabel = "BUNDLE", description = "The file to be written.")
  private String bundle = "";

  @Option(
      names = OPTION,
      paramLabel = "FILE",
      description = "File of the bundle's passphrase; - is standard input.")
  private @Nullable String passphraseFile;

  @Option(
      names = "--readable",
      description = "Leave damaged keys out instead of failing; the exit status is then 9.")
  private boolean readable;

  KeyExportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> leftOut = List.of();
    LocalConfig config = KeyService.local(KeyService.config()); // before a secret is asked for
    try (SecretBytes secret =
            new Passphrases(shell).fresh(passphraseFile, "passphrase of the bundle", OPTION);
        LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      Path file = Path.of(bundle);
      if (readable) {
        leftOut = folder.exportReadableTo(file, secret);
      } else {
        folder.exportTo(file, secret);
      }
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("bundle", bundle);
    data.put("leftOut", leftOut);
    List<String> damaged = leftOut;
    shell.result(
        data,
        out -> {
          out.println("exported to " + bundle);
          damaged.forEach(id -> out.println("left out, damaged: " + id));
        });
    return damaged.isEmpty() ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }
}
