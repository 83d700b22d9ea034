package io.claviger.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/configuration.md} says what the code does: fields, defaults, variables, logins. */
class ConfigurationDocTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** What a configuration needs so that the field can stand in it; the first that fits. */
  private static final Map<String, String> AROUND =
      Map.of(
          "approle_", "\"approle_role_id\":\"r\",\"approle_secret_id\":\"s\"",
          "kubernetes_", "\"kubernetes_role\":\"r\"",
          "vault_token_poll", "\"vault_token_file\":\"/t\"");

  /** A row of a table of fields. */
  record Row(String section, List<String> fields, String fallback, String meaning) {}

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String section = "";
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      section = line.startsWith("## ") ? line : section;
      String[] cells = line.split("\\|", -1);
      if (cells.length == 5 && cells[1].startsWith(" `")) {
        rows.add(new Row(section, code(cells[1]), cells[2].strip(), cells[3].strip()));
      }
    }
    return rows;
  }

  private static List<String> code(String cell) {
    List<String> words = new ArrayList<>();
    Matcher found = CODE.matcher(cell);
    while (found.find()) {
      words.add(found.group(1));
    }
    return words;
  }

  @Test
  void theFieldsAreThoseOfTheCode() throws IOException {
    TreeSet<String> fields = new TreeSet<>();
    rows().forEach(row -> fields.addAll(row.fields()));
    assertThat(fields).isEqualTo(new TreeSet<>(ConfigFields.NAMES));
  }

  static List<Row> literalDefaults() throws IOException {
    return rows().stream().filter(row -> literal(row) != null).toList();
  }

  private static String literal(Row row) {
    List<String> words = code(row.fallback());
    if (words.isEmpty()) {
      return row.fallback().matches("\\d+|true|false") ? row.fallback() : null;
    }
    return ConfigFields.NAMES.contains(words.get(0)) ? null : words.get(0);
  }

  @ParameterizedTest
  @MethodSource("literalDefaults")
  void settingAFieldToItsDefaultChangesNothing(Row row) throws IOException {
    String field = row.fields().get(0);
    ObjectNode without = (ObjectNode) JSON.readTree("{" + base(row, field) + "}");
    ObjectNode with = without.deepCopy().put(field, literal(row));
    assertThat(stored(with)).as(field).isEqualTo(stored(without));
    String other = literal(row).matches("\\d+") ? "8" : "other";
    if (!literal(row).matches("true|false") && !field.matches("address|material_sealing|file_.*")) {
      assertThat(stored(with.put(field, other)))
          .as("the field matters")
          .isNotEqualTo(stored(without));
    }
  }

  private static String stored(ObjectNode config) {
    return KmsConfig.fromJson(config.toString()).toJsonWithSecrets();
  }

  private static String base(Row row, String field) {
    if (row.section().startsWith("## `Local`")) {
      return "\"backend_type\":\"Local\",\"key_dir\":\"/k\",\"master_key\":\"m\"";
    }
    if (!row.section().startsWith("## `Vault")) {
      return "\"backend_type\":\"memory\"";
    }
    String type = row.meaning().startsWith("`VaultTransit`") ? "VaultTransit" : "VaultKV2";
    String login =
        AROUND.entrySet().stream()
            .filter(e -> field.startsWith(e.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("\"vault_token\":\"t\"");
    String address = field.equals("address") ? "" : ",\"address\":\"https://v\"";
    return "\"backend_type\":\"%s\",\"allow_insecure_dev_defaults\":true,%s%s"
        .formatted(type, login, address);
  }

  @Test
  void theLoginsShownAreRead() throws IOException {
    int shown = 0;
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      if (line.matches("\\{\"(Token|AppRole|Kubernetes|TokenFile)\".*")) {
        ObjectNode config =
            JSON.createObjectNode().put("backend_type", "VaultKV2").put("address", "https://v");
        config.set("auth_method", JSON.readTree(line));
        assertThat(stored(config)).contains(line.substring(1, line.indexOf(':')));
        shown++;
      }
    }
    assertThat(shown).isEqualTo(4);
  }

  @Test
  void theVariablesShownAreLookedUp() throws IOException {
    int shown = 0;
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 4 && cells[2].contains("RUSTFS_KMS_") && !line.contains("*")) {
        List<String> fields = code(cells[1]);
        List<String> variables = code(cells[2]);
        for (int i = 0; i < fields.size(); i++) {
          String variable =
              variables.get(0).endsWith("_")
                  ? variables.get(0) + fields.get(i).toUpperCase(java.util.Locale.ROOT)
                  : variables.get(i);
          assertThat(RustfsVariables.of(fields.get(i))).contains(variable);
          shown++;
        }
      }
    }
    assertThat(shown).isGreaterThan(10);
  }
}
