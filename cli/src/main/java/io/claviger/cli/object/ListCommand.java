package io.claviger.cli.object;

import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists buckets, or the objects of one. */
@Command(
    name = "ls",
    header = "list buckets, or objects with their plaintext sizes",
    description = {
      "Sizes are the plaintext's, computed from what is stored and proved by nothing: no key is"
          + " needed. Of objects in parts they cost a request each (CLAVIGER_S3_LIST_SIZES)."
    },
    footer = "  claviger ls s3://shop/reports/ --recursive")
public final class ListCommand implements Callable<Integer> {
  private static final String FOLDER = "-";
  private static final String[] HEADINGS = {"MODIFIED", "BYTES", "KEY"};

  /** Of a date with milliseconds, and of a TiB; the last column takes what it needs. */
  private static final int[] WIDTHS = {24, 13, 0};

  private final Shell shell;

  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "s3://BUCKET/PREFIX",
      description = "What to list; without it the buckets.")
  private @Nullable String place;

  @Option(
      names = {"-r", "--recursive"},
      description = "List all objects below the prefix, not folders.")
  private boolean recursive;

  ListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (place == null) {
      try (Store open = Store.plain(store)) {
        buckets(open.client());
      }
    } else {
      Location below = Location.of(place);
      try (Store open = Store.listing(store)) {
        objects(open.client(), below);
      }
    }
    return ExitCode.OK.status();
  }

  private void buckets(S3Client client) {
    List<String> names =
        Store.ask("the buckets", () -> client.listBuckets().buckets()).stream()
            .map(Bucket::name)
            .toList();
    shell.result(Map.of("buckets", names), out -> names.forEach(n -> out.println("s3://" + n)));
  }

  private void objects(S3Client client, Location below) {
    List<Map<String, Object>> objects = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    boolean headed = false;
    String token = null;
    do {
      String next = token;
      ListObjectsV2Response page =
          Store.ask(
              below,
              () ->
                  client.listObjectsV2(
                      b ->
                          b.bucket(below.bucket())
                              .prefix(below.key())
                              .delimiter(recursive ? null : "/")
                              .continuationToken(next)
                              .encodingType(EncodingType.URL))); // not every key is XML
      if (shell.isJson()) {
        page.contents().stream().map(ListCommand::json).forEach(objects::add);
        page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(folders::add);
      } else {
        print(page, headed);
        headed = true;
      }
      token = page.nextContinuationToken();
    } while (token != null);
    if (shell.isJson()) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("folders", folders);
      data.put("objects", objects);
      shell.result(data, out -> {});
    }
  }

  /** Page by page: a bucket of millions neither fills the memory nor makes a reader wait. */
  private void print(ListObjectsV2Response page, boolean headed) {
    Table table = new Table(WIDTHS, headed ? new String[0] : HEADINGS);
    page.commonPrefixes().forEach(folder -> table.row(FOLDER, FOLDER, folder.prefix()));
    page.contents()
        .forEach(
            o -> table.row(String.valueOf(o.lastModified()), String.valueOf(o.size()), o.key()));
    table.print(shell.out(), shell.isColoured());
    shell.requireWritten();
  }

  private static Map<String, Object> json(S3Object object) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("key", object.key());
    all.put("plainBytes", object.size());
    all.put("modified", String.valueOf(object.lastModified()));
    return all;
  }
}
