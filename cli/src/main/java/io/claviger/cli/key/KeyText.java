package io.claviger.cli.key;

import io.claviger.cli.shell.Printable;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Table;
import io.claviger.kms.KeyMetadata;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keys as they are shown: as JSON, as lines, as a table. */
final class KeyText {
  private static final String NONE = "-";

  private KeyText() {}

  static Map<String, Object> json(KeyMetadata key) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("id", key.keyId());
    all.put("state", key.state().wireName());
    all.put("usage", key.usage().wireName());
    all.put("bits", key.keyBits());
    all.put("version", key.currentVersion());
    all.put("created", key.createdAt().toString());
    all.put("rotated", text(key.rotatedAt()));
    all.put("deletion", text(key.deletionDate()));
    all.put("origin", key.origin());
    all.put("createdBy", key.createdBy());
    all.put("description", key.description());
    all.put("tags", new TreeMap<>(key.tags()));
    all.put("policy", key.policy());
    return all;
  }

  private static @Nullable String text(@Nullable Instant date) {
    return date == null ? null : date.toString();
  }

  /** Shows one key, each member a line; those without a value are left out. */
  static void show(Shell shell, KeyMetadata key) {
    shell.result(
        Map.of("key", json(key)),
        out ->
            json(key)
                .forEach(
                    (name, value) -> {
                      if (value != null && !value.equals("") && !value.equals(Map.of())) {
                        out.printf("%-12s %s%n", name, Printable.of(value.toString()));
                      }
                    }));
  }

  static void table(List<KeyMetadata> keys, PrintStream out, boolean coloured) {
    Table table = new Table("ID", "STATE", "USAGE", "VERSION", "CREATED", "DELETION");
    for (KeyMetadata key : keys) {
      String deletion = text(key.deletionDate());
      table.row(
          key.keyId(),
          key.state().wireName(),
          key.usage().wireName(),
          Integer.toString(key.currentVersion()),
          key.createdAt().toString(),
          deletion == null ? NONE : deletion);
    }
    table.print(out, coloured);
  }
}
