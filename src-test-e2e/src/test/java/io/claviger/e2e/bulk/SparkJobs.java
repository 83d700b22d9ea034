package io.claviger.e2e.bulk;

import io.claviger.e2e.spark.SparkSubmit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Jobs on Spark of one suite, with keys in a folder.
 *
 * @param folder for keys, and for what jobs write and say
 */
record SparkJobs(Path folder, URI endpoint) {
  SparkSubmit job(String name) throws IOException {
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "a passphrase");
    return new SparkSubmit(folder.resolve(name))
        .setting("spark.executorEnv.CLAVIGER_BACKEND_TYPE", "Local")
        .setting("spark.executorEnv.CLAVIGER_KEY_DIR", folder.resolve("keys").toString())
        .setting("spark.executorEnv.CLAVIGER_MASTER_KEY_FILE", passphrase.toString())
        .setting("spark.executorEnv.CLAVIGER_DEFAULT_KEY_ID", LocalKeys.KEY)
        .setting("spark.executorEnv.CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true");
  }

  String[] args(String job, String bucket, Path run, String... more) {
    List<String> args =
        new ArrayList<>(List.of(job, "s3://" + bucket, "--folder", run.toUri().toString()));
    args.addAll(List.of("--endpoint", endpoint.toString(), "--region", "us-east-1"));
    args.addAll(List.of("--path-style", "--threads", "1", "--ranges", "6"));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  /** Returns files of the ranges of a run that are whole. */
  static List<Path> files(Path run, String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> ranges = Files.newDirectoryStream(run, "range-*")) {
      for (Path range : ranges) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(range, "[!.]*" + ending)) {
          files.forEach(found::add);
        }
      }
    }
    return found;
  }

  /** Returns the lines of the reports of all ranges of a run. */
  static List<String> rows(Path run) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Path each : files(run, ".csv")) {
      rows.addAll(Files.readAllLines(each));
    }
    return rows;
  }
}
