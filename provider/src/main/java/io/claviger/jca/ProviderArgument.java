package io.claviger.jca;

import io.claviger.config.KmsConfig;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.KmsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The argument of {@code security.provider.N=Claviger ..}: the path of a configuration file, or the
 * fields themselves as {@code name=value} separated by blanks or commas. {@code instance=eu} among
 * them names the provider {@code Claviger-eu}, {@code config=/path} a file for the rest.
 *
 * <p>Parsing does no I/O and never throws: what is wrong is thrown by {@link #config}.
 */
final class ProviderArgument {
  /** The security property, whose number this class does not know. */
  private static final String FIELD = "security.provider";

  private static final Pattern INLINE = Pattern.compile("[a-z_]+=.*", Pattern.DOTALL);
  private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

  /** The field of a secret in the middle of something else: JSON, or other separators. */
  private static final Pattern MINGLED =
      Pattern.compile("[a-z]_(key|token|secret|secret_id|access_key)[\"']?\\s*[=:]");

  private static final String MIXED =
      "has the field of a secret in its middle. Give the path of a properties or .json file, or name=value fields separated by blanks or commas";

  private final Supplier<KmsConfig> config;
  private final @Nullable String instance;

  private ProviderArgument(Supplier<KmsConfig> config, @Nullable String instance) {
    this.config = config;
    this.instance = instance;
  }

  /** Reads an argument; null or blank means the environment. */
  static ProviderArgument parse(@Nullable String argument) {
    String text = argument == null ? "" : argument.strip();
    if (text.isEmpty()) {
      return new ProviderArgument(KmsConfig::fromEnvironment, null);
    }
    if (!INLINE.matcher(text).matches()) {
      return new ProviderArgument(hasMingled(text) ? wrong(MIXED) : file(text), null);
    }
    return inline(text);
  }

  private static boolean hasMingled(String value) {
    return MINGLED.matcher(value).find();
  }

  private static Supplier<KmsConfig> wrong(String found) {
    return () -> {
      throw refused(found, null);
    };
  }

  private static ProviderArgument inline(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    String instance = null;
    String file = null;
    for (String pair : SEPARATOR.split(text)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = pair.substring(equals + 1);
      if (equals < 1) {
        // what stands there may be a piece of a secret with a blank in it
        return new ProviderArgument(
            wrong("holds a word without \"=\" after " + fields.size() + " fields"), instance);
      }
      if (hasMingled(value)) {
        return new ProviderArgument(wrong(MIXED), instance);
      }
      if (value.contains("${")) {
        return new ProviderArgument(
            wrong(
                "holds ${..} in \"%s\", which nothing expands here; write the value itself, or name a file with it"
                    .formatted(name)),
            instance);
      }
      switch (name) {
        case "instance" -> instance = value;
        case "config" -> file = value;
        default -> {
          if (fields.putIfAbsent(name, value) != null) {
            return new ProviderArgument(
                wrong("gives \"%s\" twice; keep one of them".formatted(name)), instance);
          }
        }
      }
    }
    if (file == null) {
      return new ProviderArgument(() -> KmsConfig.fromFields(fields), instance);
    }
    return new ProviderArgument(
        fields.isEmpty()
            ? file(file)
            : wrong("names a file with \"config\" and fields beside it; put them into the file"),
        instance);
  }

  private static Supplier<KmsConfig> file(String path) {
    return () -> {
      try {
        return KmsConfig.fromFile(Path.of(path));
      } catch (InvalidPathException e) {
        throw refused("is no path; give a properties or .json file, or name=value fields", e);
      }
    };
  }

  private static KmsException refused(String found, @Nullable Throwable cause) {
    return ConfigurationException.ofField(
        FIELD, "has an argument behind the provider's name that " + found, cause);
  }

  /** Returns where the configuration comes from; getting it may do I/O and throw. */
  Supplier<KmsConfig> config() {
    return config;
  }

  /** Returns the name of the provider, {@code current} when the argument does not say. */
  String providerName(String current) {
    String named = instance;
    return named == null || named.isEmpty() ? current : ClavigerProvider.NAME + "-" + named;
  }
}
