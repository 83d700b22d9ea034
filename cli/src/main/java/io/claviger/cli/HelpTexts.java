package io.claviger.cli;

import io.claviger.cli.shell.Shell;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lays help out as manual pages are: NAME, SYNOPSIS, DESCRIPTION, .., EXAMPLE. */
final class HelpTexts {
  private static final int WIDTH = 96;

  private HelpTexts() {}

  /** Gives {@code command} and all below it their headings. */
  static void layOut(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage
        .headerHeading(
            "@|bold NAME|@%n  " + command.getCommandSpec().qualifiedName() + " - ") // then header
        .synopsisHeading("%n@|bold SYNOPSIS|@%n  ")
        .descriptionHeading("%n@|bold DESCRIPTION|@%n")
        .parameterListHeading("%n@|bold ARGUMENTS|@%n")
        .optionListHeading("%n@|bold OPTIONS|@%n")
        .commandListHeading("%n@|bold COMMANDS|@%n")
        .footerHeading("%n@|bold EXAMPLE|@%n")
        .width(WIDTH)
        .abbreviateSynopsis(true)
        .sortOptions(false)
        .sortSynopsis(false);
    command
        .getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_DESCRIPTION,
            help -> help.description().replaceAll("(?m)^(?=.)", "  "));
    command.getSubcommands().values().forEach(HelpTexts::layOut);
  }

  static Help.ColorScheme colours(Shell shell) {
    return Help.defaultColorScheme(shell.isColoured() ? Help.Ansi.ON : Help.Ansi.OFF);
  }
}
