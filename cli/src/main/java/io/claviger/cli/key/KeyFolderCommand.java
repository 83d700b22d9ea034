package io.claviger.cli.key;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.Passphrases;
import io.claviger.cli.shell.Shell;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.SecretBytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done with a key folder as a whole. */
@Command(
    name = "folder",
    header = "check, repair and re-seal a key folder",
    description = "Works on the key folder that CLAVIGER_KEY_DIR names.",
    footer = "  claviger key folder check")
final class KeyFolderCommand implements Runnable {
  private static final String NEW = "--new-passphrase-file";

  private final Shell shell;

  KeyFolderCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    throw new CommandException(
        ExitCode.USAGE,
        "a command is missing behind \"key folder\"; \"claviger help key folder\" lists them");
  }

  @Command(
      name = "check",
      header = "look for damage in the key folder",
      description = {
        "Reads every key. Names keys whose record is damaged or missing, records that belong to no"
            + " key, and deletions that are scheduled. Changes nothing. The exit status is 9 when"
            + " something is damaged or set aside."
      },
      footer = "  claviger key folder check --json")
  int check() {
    List<KeyMetadata> keys;
    List<String> damaged;
    List<String> aside;
    try (LocalKeyFolder folder = KeyService.folder()) {
      damaged = folder.damagedKeyIds();
      aside = folder.setAside();
      KmsBackend backend = folder.backend(BackendSettings.DEFAULT); // closed with the folder
      keys = KeyPages.all(backend::listKeys, null, null).keys();
    }
    List<String> pending =
        keys.stream()
            .filter(key -> key.state() == KeyState.PENDING_DELETION)
            .map(key -> key.keyId() + " at " + key.deletionDate())
            .toList();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("keys", keys.size());
    data.put("damaged", damaged);
    data.put("setAside", aside);
    data.put("pendingDeletion", pending);
    boolean well = damaged.isEmpty() && aside.isEmpty();
    shell.result(
        data,
        out -> {
          out.println("keys that work     " + keys.size());
          damaged.forEach(id -> out.println("damaged            " + id));
          aside.forEach(file -> out.println("belongs to no key  " + file));
          pending.forEach(key -> out.println("to be deleted      " + key));
        });
    if (!well) {
      shell.say(
          "put the files of damaged keys back from a backup, or \"claviger key folder rebuild\";"
              + " docs/local-keys.md has a row for each damage");
    }
    return well ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }

  @Command(
      name = "rebuild",
      header = "make the folder's manifest again, from its records",
      description = {
        "After the manifest was lost or damaged, or records were put back from a backup: each key"
            + " has its newest record afterwards, and nothing is deleted. Stop the processes that"
            + " use the folder before, and restart them afterwards."
      },
      footer = "  claviger key folder rebuild --yes")
  int rebuild() {
    LocalConfig config = KeyService.local(KeyService.config());
    SecretBytes passphrase = config.masterKey();
    if (passphrase == null) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "a folder without a passphrase cannot be rebuilt; set CLAVIGER_MASTER_KEY_FILE");
    }
    shell.confirm(
        "Processes that use %s must be stopped while it is rebuilt.".formatted(config.keyDir()));
    LocalKeyFolder.Rebuilt made = LocalKeyFolder.rebuild(config.keyDir(), passphrase);
    Map<String, String> states = new LinkedHashMap<>();
    made.states().forEach((id, state) -> states.put(id, state.wireName()));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("keys", states);
    data.put("unfinished", made.unfinished());
    data.put("setAside", made.setAside());
    data.put("unreadable", made.unreadable());
    data.put("notes", made.notes());
    shell.result(
        data,
        out -> {
          states.forEach((id, state) -> out.println("key         " + id + ", " + state));
          made.unfinished().forEach(id -> out.println("unfinished  " + id));
          made.setAside().forEach(file -> out.println("set aside   " + file));
          made.unreadable().forEach(file -> out.println("unreadable  " + file));
          made.notes().forEach((id, note) -> out.println("note        " + id + ": " + note));
        });
    boolean well =
        made.unfinished().isEmpty() && made.unreadable().isEmpty() && made.notes().isEmpty();
    return well ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }

  @Command(
      name = "passphrase",
      header = "change the passphrase of the key folder",
      description = {
        "Replaces the configured passphrase, in one step: no file of the folder opens with the old"
            + " one any more; copies that were taken before do. Give the new one to the processes"
            + " that use the folder when they start next."
      },
      footer = "  claviger key folder passphrase --new-passphrase-file new.pass")
  int passphrase(
      @Option(
              names = NEW,
              paramLabel = "FILE",
              description = "File of the new passphrase, - is standard input; else it is asked.")
          @Nullable String file) {
    LocalConfig config = KeyService.local(KeyService.config()); // before a secret is asked for
    try (SecretBytes secret = new Passphrases(shell).fresh(file, "new passphrase", NEW);
        LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      folder.changePassphrase(secret);
    }
    return done(
        "changed",
        "the passphrase was changed; configure the new one for every process that uses the folder");
  }

  @Command(
      name = "rotate-root",
      header = "seal all records of the key folder under a new root key",
      description = {
        "After a passphrase and a copy of the folder became known: change the passphrase, restart"
            + " the processes with it, then this. Called again after a crash it finishes what was"
            + " begun. Objects are not touched."
      },
      footer = "  claviger key folder rotate-root")
  int rotateRoot() {
    try (LocalKeyFolder folder = KeyService.folder()) {
      folder.rotateRoot();
    }
    return done("rotated", "all records are sealed under a new root key");
  }

  @Command(
      name = "give-up",
      header = "give a key up of which no record can be read",
      description = {
        "Deletes what is left of a damaged key, so that its id can be used, or imported, again."
            + " What it sealed never opens again unless an import brings it back. Refuses while a"
            + " record of the key can be read."
      },
      footer = "  claviger key folder give-up orders --confirm orders")
  int giveUp(
      @Parameters(paramLabel = "ID", description = "The key.") String id,
      @Option(
              names = "--confirm",
              paramLabel = "ID",
              description = "The id again, in the place of the question.")
          @Nullable String confirmed) {
    shell.confirmWord(
        "What is left of key \"%s\" is deleted for good.".formatted(id),
        id,
        confirmed,
        "--confirm");
    try (LocalKeyFolder folder = KeyService.folder()) {
      folder.giveUp(id);
    }
    return done("givenUp", "what was left of key \"%s\" is deleted".formatted(id));
  }

  private int done(String what, String text) {
    shell.result(Map.of(what, true), out -> out.println(text));
    return ExitCode.OK.status();
  }
}
