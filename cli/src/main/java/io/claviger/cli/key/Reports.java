package io.claviger.cli.key;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an import did, as it is shown. */
final class Reports {
  private Reports() {}

  /** Shows it; the status is that of findings when a key was refused. */
  static int show(Shell shell, LocalKeyFolder.Report report) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("imported", report.imported());
    data.put("alreadyThere", report.alreadyThere());
    data.put("refused", report.refusals());
    shell.result(
        data,
        out -> {
          report.imported().forEach(id -> out.println("imported       " + id));
          report.alreadyThere().forEach(id -> out.println("already there  " + id));
          report.refusals().forEach((id, why) -> out.println("refused        " + id + ": " + why));
        });
    return report.refusals().isEmpty() ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }
}
