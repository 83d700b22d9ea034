package io.claviger.cli.object;

import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.Shell;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.rules.KeyChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says which key a name gets. */
@Command(
    name = "which",
    header = "show which master key a name gets, and why",
    description = {
      "Shows the key that a new object of this name would be sealed with by this configuration, its"
          + " key rules included, here and in the drop-in, when the request names none. The exit"
          + " status is 9 when there is none. Asks neither the store nor the key service."
    },
    footer = "  claviger which s3://shop/reports/march.csv")
public final class WhichCommand implements Callable<Integer> {
  private static final String LEFT_ALONE =
      "bucket %s is left alone by the options include_buckets and exclude_buckets: what is put"
          + " there is stored as it is";

  private static final String NO_RULE =
      "no key rule and no CLAVIGER_S3_KEY_ID names a key for it, and ";

  private final Shell shell;

  @Parameters(paramLabel = "s3://BUCKET/KEY", description = "The name.")
  private String name = "";

  WhichCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Location place = Location.of(name);
    ClavigerInterceptor interceptor =
        Store.interceptor(Map.of()).provider(new ClavigerProvider()).build();
    KeyChoice choice = interceptor.explainKey(place.bucket(), place.key());
    boolean covered = interceptor.covers(place.bucket());
    boolean sealed = covered && choice.allowed();
    String key = sealed ? choice.keyId() : null;
    String reason = covered ? choice.why() : LEFT_ALONE.formatted(place.bucket());
    if (sealed && key == null) {
      key = KeyService.config().defaultKeyId().orElse(null);
      reason =
          key == null
              ? NO_RULE + "CLAVIGER_DEFAULT_KEY_ID is not set: a PUT that names no key is refused"
              : NO_RULE + "CLAVIGER_DEFAULT_KEY_ID does";
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", place.toString());
    data.put("outcome", covered ? choice.outcome().name() : "LEFT_ALONE");
    data.put("key", key);
    data.put("context", sealed ? choice.context().entries() : Map.of());
    data.put("reason", reason);
    String shown = key == null ? "no key" : key;
    String why = reason;
    shell.result(data, out -> out.printf("%s%n  %s%n", shown, why));
    return key != null ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }
}
