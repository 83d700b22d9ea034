package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Progress;
import io.claviger.cli.shell.Shell;
import io.claviger.s3.api.RequestAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Copies between files and objects, and from object to object. */
@Command(
    name = "cp",
    header = "copy an object to a file, a file to an object, or an object to another",
    description = {
      "One of the two is an object. From object to object the store copies the sealed bytes, and"
          + " the object gets an envelope for its new name; above 5 GiB they come down and go up"
          + " again, sealed again. A file appears when all of it was authenticated."
    },
    footer = {
      "  claviger cp s3://shop/reports/march.csv \"March 2026.csv\"",
      "  claviger cp s3://shop/reports/march.csv s3://archive/2026/"
    })
public final class CopyCommand implements Callable<Integer> {
  /** What one copy of a store may take, with room for what sealing adds. */
  private static final long MAX_COPY_BYTES = (5L << 30) - (16L << 20);

  private final Shell shell;

  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(index = "0", paramLabel = "SOURCE", description = "File or s3://BUCKET/KEY.")
  private String source = "";

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "File, folder or s3://BUCKET/KEY; what ends with / gets the source's name.")
  private String target = "";

  @Option(
      names = {"-k", "--key"},
      paramLabel = "ID",
      description = "The master key of an object that is made; else \"claviger which\" shows it.")
  private @Nullable String key;

  CopyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    boolean fromStore = Location.isOne(source);
    boolean toStore = Location.isOne(target);
    if (!fromStore && !toStore) {
      throw new CommandException(
          ExitCode.USAGE, "neither is an object; write one of them as s3://BUCKET/KEY");
    }
    try (Store open = Store.sealing(store)) {
      S3Client client = open.client();
      if (toStore) {
        open.requireKey(shell, to(), key);
      }
      if (!fromStore) {
        return Transfers.up(shell, source, upload(client, null, Map.of()));
      }
      Location from = Location.ofObject(source);
      if (toStore && from.equals(to())) {
        throw new CommandException(
            ExitCode.REFUSED,
            "%s: source and target are the same object; \"claviger rewrap\" gives it another key"
                .formatted(from));
      }
      return toStore
          ? between(client, from, to())
          : Transfers.down(shell, new Download(shell, client, from, null, null), file(from));
    }
  }

  private Location to() {
    return Location.ofTarget(target, source);
  }

  private String file(Location from) {
    boolean folder =
        target.endsWith("/")
            || !target.equals(LocalFiles.STANDARD) && Files.isDirectory(Path.of(target));
    return folder ? Path.of(target, Location.lastName(from.key())).toString() : target;
  }

  private Upload upload(
      S3Client client, @Nullable String contentType, Map<String, String> metadata) {
    return new Upload(client, to(), key, contentType, metadata, false);
  }

  private int between(S3Client client, Location from, Location to) throws IOException {
    HeadObjectResponse head =
        Store.ask(from, () -> client.headObject(b -> b.bucket(from.bucket()).key(from.key())));
    if (head.contentLength() > MAX_COPY_BYTES) {
      return throughHere(client, from);
    }
    Store.ask(
        from,
        () ->
            client.copyObject(
                b -> {
                  b.sourceBucket(from.bucket())
                      .sourceKey(from.key())
                      .destinationBucket(to.bucket())
                      .destinationKey(to.key());
                  if (key != null) {
                    b.overrideConfiguration(
                        o -> o.putExecutionAttribute(RequestAttributes.KEY_ID, key));
                  }
                }));
    return Transfers.done(shell, to.toString(), head.contentLength());
  }

  private int throughHere(S3Client client, Location from) throws IOException {
    Download down = new Download(shell, client, from, null, null);
    try (ResponseInputStream<GetObjectResponse> object = down.open();
        Progress progress = shell.progress("copied", object.response().contentLength())) {
      GetObjectResponse was = object.response();
      long bytes = upload(client, was.contentType(), was.metadata()).pipe(object, progress);
      return Transfers.done(shell, to().toString(), bytes);
    } catch (UncheckedIOException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE,
          "%s: the connection broke (%s); nothing was stored, run the command again"
              .formatted(from, Objects.requireNonNull(e.getCause()).getMessage()),
          e);
    }
  }
}
