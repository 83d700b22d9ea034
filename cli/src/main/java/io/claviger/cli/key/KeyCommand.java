package io.claviger.cli.key;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.Shell;
import io.claviger.config.KmsConfig;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.ListKeysResult;
import io.claviger.service.KmsManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done with single keys. */
@Command(
    name = "key",
    header = "make and manage keys",
    description = "Works on the keys of the configured key service: a folder, Vault, or another.",
    footer = "  claviger key list",
    subcommands = {KeyImportCommand.class, KeyExportCommand.class, KeyFolderCommand.class})
public final class KeyCommand implements Runnable {
  private final Shell shell;

  KeyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    throw new CommandException(
        ExitCode.USAGE, "a command is missing behind \"key\"; \"claviger help key\" lists them");
  }

  @Command(
      name = "create",
      header = "make a key",
      description = {
        "Makes a key and shows it. A key folder that is not there yet is made too, under the"
            + " configured passphrase, without which its keys are lost: keep it elsewhere."
      },
      footer = "  claviger key create orders --description \"the order service\"")
  int create(
      @Parameters(
              paramLabel = "ID",
              arity = "0..1",
              description = "Its id; without one it gets a random one.")
          @Nullable String id,
      @Option(
              names = "--usage",
              paramLabel = "USAGE",
              defaultValue = "ENCRYPT_DECRYPT",
              description = "ENCRYPT_DECRYPT (the default), or SIGN_VERIFY for MACs.")
          KeyUsage usage,
      @Option(
              names = "--bits",
              paramLabel = "N",
              defaultValue = "256",
              description = "Length of the raw key; 256 by default.")
          int bits,
      @Option(
              names = "--description",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "Free text.")
          String description,
      @Option(
              names = "--tag",
              paramLabel = "NAME=VALUE",
              description = "A tag; may be given several times.")
          @Nullable Map<String, String> tags) {
    CreateKeyRequest request =
        (id == null ? CreateKeyRequest.generated() : CreateKeyRequest.named(id))
            .withUsage(usage)
            .withBits(bits)
            .withDescription(description)
            .withTags(tags == null ? Map.of() : tags)
            .withCreatedBy(System.getProperty("user.name", ""));
    KeyText.show(shell, KeyService.make(shell, keys -> keys.createKey(request)));
    return ExitCode.OK.status();
  }

  @Command(
      name = "list",
      header = "list the keys",
      description = {
        "Lists all keys, sorted. Keys whose record is damaged are named on standard error, and the"
            + " exit status is 9."
      },
      footer = "  claviger key list --state PENDING_DELETION")
  int list(
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "Only keys that are ENABLED, DISABLED or PENDING_DELETION.")
          @Nullable KeyState state,
      @Option(
              names = "--usage",
              paramLabel = "USAGE",
              description = "Only keys for ENCRYPT_DECRYPT or SIGN_VERIFY.")
          @Nullable KeyUsage usage) {
    ListKeysResult found;
    try (KeyService keys = KeyService.open()) {
      found = KeyPages.all(keys.manager()::listKeys, state, usage);
    }
    List<String> damaged = found.damagedKeyIds();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("keys", found.keys().stream().map(KeyText::json).toList());
    data.put("damaged", damaged);
    shell.result(data, out -> KeyText.table(found.keys(), out, shell.isColoured()));
    if (damaged.isEmpty()) {
      return ExitCode.OK.status();
    }
    shell.say(
        "damaged, and not in the list: %s; \"claviger key folder check\" says more"
            .formatted(damaged));
    return ExitCode.FINDINGS.status();
  }

  @Command(
      name = "describe",
      header = "show a key",
      description = "Shows all that is known of a key, without its material.",
      footer = "  claviger key describe orders --json")
  int describe(@Parameters(paramLabel = "ID", description = "The key.") String id) {
    return change(keys -> keys.describeKey(id));
  }

  @Command(
      name = "rotate",
      header = "make a new version of a key",
      description = {
        "Makes a new version, which seals from now on. Every old version still opens what it"
            + " sealed."
      },
      footer = "  claviger key rotate orders")
  int rotate(@Parameters(paramLabel = "ID", description = "The key.") String id) {
    return change(keys -> keys.rotateKey(id));
  }

  @Command(
      name = "enable",
      header = "let a disabled key seal again",
      description = "Enables a key.",
      footer = "  claviger key enable orders")
  int enable(@Parameters(paramLabel = "ID", description = "The key.") String id) {
    return change(keys -> keys.enableKey(id));
  }

  @Command(
      name = "disable",
      header = "let a key seal nothing more",
      description = {
        "Disables a key: it seals nothing more, and still opens what it sealed, unless"
            + " CLAVIGER_STRICT_DECRYPT is set."
      },
      footer = "  claviger key disable orders")
  int disable(@Parameters(paramLabel = "ID", description = "The key.") String id) {
    return change(keys -> keys.disableKey(id));
  }

  @Command(
      name = "delete",
      header = "schedule the deletion of a key, or destroy it",
      description = {
        "Schedules the deletion: after the waiting time a running service destroys the key, and"
            + " nothing that it sealed opens again. \"claviger key cancel\" takes it back until"
            + " then. With --now it is destroyed at once; that asks for the id."
      },
      footer = "  claviger key delete orders --days 30")
  int delete(
      @Parameters(paramLabel = "ID", description = "The key.") String id,
      @Option(
              names = "--days",
              paramLabel = "N",
              defaultValue = "30",
              description = "The waiting time, 7 to 30 days; 30 by default.")
          int days,
      @Option(names = "--now", description = "Destroy the key at once.") boolean now,
      @Option(
              names = "--confirm",
              paramLabel = "ID",
              description = "With --now: the id again, in the place of the question.")
          @Nullable String confirmed) {
    if (now) {
      return destroy(id, confirmed);
    }
    if (confirmed != null) {
      throw new CommandException(ExitCode.USAGE, "--confirm belongs to --now; leave it out");
    }
    shell.confirm(
        "In %d days key \"%s\" is destroyed, and nothing that it sealed opens again."
            .formatted(days, id));
    return change(keys -> keys.deleteKey(DeleteKeyRequest.schedule(id, days)));
  }

  private int destroy(String id, @Nullable String confirmed) {
    shell.confirmWord(
        "Key \"%s\" is destroyed now, and nothing that it sealed ever opens again.".formatted(id),
        id,
        confirmed,
        "--confirm");
    KmsConfig config = KeyService.config().toBuilder().allowImmediateDeletion(true).build();
    return change(
        KeyService.open(config), keys -> keys.deleteKey(DeleteKeyRequest.immediate(id, id)));
  }

  @Command(
      name = "cancel",
      header = "take a scheduled deletion back",
      description = "The key returns to the state that it had before.",
      footer = "  claviger key cancel orders")
  int cancel(@Parameters(paramLabel = "ID", description = "The key.") String id) {
    return change(keys -> keys.cancelKeyDeletion(id));
  }

  private int change(Function<KmsManager, KeyMetadata> change) {
    return change(KeyService.open(), change);
  }

  private int change(KeyService opened, Function<KmsManager, KeyMetadata> change) {
    try (KeyService keys = opened) {
      KeyText.show(shell, change.apply(keys.manager()));
    }
    return ExitCode.OK.status();
  }
}
