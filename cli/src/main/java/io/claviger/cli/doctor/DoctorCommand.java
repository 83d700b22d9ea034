package io.claviger.cli.doctor;

import io.claviger.cli.object.Location;
import io.claviger.cli.object.StoreOptions;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Printable;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what is usually wrong. */
@Command(
    name = "doctor",
    header = "find what is wrong, and say the fix",
    description = {
      "Checks configuration, key service and key. With s3://BUCKET also the store: whether it"
          + " answers, its clock, and whether the first objects are sealed. With --class-path also"
          + " whether a program with that class path has the drop-in, and an SDK that it works"
          + " with. Changes nothing. The exit status is 9 when something is wrong."
    },
    footer = {
      "  claviger doctor s3://shop/reports/",
      "  claviger doctor --class-path \"app/lib/*\" --json"
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "s3://BUCKET/PREFIX",
      description = "Where to look at objects.")
  private @Nullable String place;

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "The class path of a program, as it is given to java -cp.")
  private @Nullable String classPath;

  @Option(
      names = "--objects",
      paramLabel = "N",
      description = "Look at so many objects, at most 1,000; 100 by default.")
  private int objects = 100;

  DoctorCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    List<Finding> findings = new ArrayList<>(new KeyChecks().run());
    if (place != null) {
      findings.addAll(new StoreChecks(store, Location.of(place), objects, Clock.systemUTC()).run());
    }
    if (classPath != null) {
      findings.addAll(ClassPathChecks.of(classPath));
    }
    long problems = findings.stream().filter(Finding::isProblem).count();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("problems", problems);
    data.put("checks", findings.stream().map(Finding::json).toList());
    shell.result(data, out -> findings.forEach(finding -> print(finding, out)));
    return problems == 0 ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }

  private void print(Finding finding, PrintStream out) {
    String outcome = finding.outcome().name().toLowerCase(Locale.ROOT);
    String shown = "%-8s".formatted(outcome);
    if (shell.isColoured()) {
      int colour =
          switch (finding.outcome()) {
            case OK -> 32;
            case PROBLEM -> 31;
            case SKIPPED -> 33;
          };
      shown = "\u001b[%dm%s\u001b[0m".formatted(colour, shown);
    }
    out.printf("%s %s: %s%n", shown, finding.check(), Printable.of(finding.found()));
    if (finding.fix() != null) {
      out.printf("         fix: %s%n", Printable.of(String.valueOf(finding.fix())));
    }
  }
}
