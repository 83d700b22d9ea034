package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.Children;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The disk of a report becomes full, on a tmpfs of 64 KiB in a mount namespace of its own. */
class FullReportDiskIT {
  private static final String BUCKET = "bulk-full-disk";
  private static final int OBJECTS = 300;

  /** Rows of some 450 bytes. */
  private static final String LONG_NAME = "a".repeat(200);

  @TempDir Path temporary;

  @Test
  void theRunStopsWithASentenceAndGoesOnWhereThereIsRoom() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    try (S3Client plain = E2e.plain(S3Server.MINIO.http())) {
      for (int i = 0; i < OBJECTS; i++) {
        String key = LONG_NAME + "/%04d".formatted(i);
        plain.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString("plain"));
      }
    }
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                // root needs no user namespace, which some machines forbid
                "unshare --mount true 2>/dev/null || user='--user --map-root-user'; "
                    + "exec unshare $user --mount sh -c "
                    + "'mount -t tmpfs -o size=64k tmpfs \"$1\" && shift && exec \"$@\"' sh \"$@\"",
                "sh",
                disk.toString()));
    command.addAll(Children.java(FullReportDisk.class, disk, S3Server.MINIO.http(), BUCKET));
    Process child = Children.start(command);
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    String sentence = "its folder cannot be written";
    assertThat(said)
        .containsPattern("FULL false .*" + sentence + ".*Make room")
        .containsPattern("AGAIN false .*" + sentence + ".*Make room")
        .contains("END %d units".formatted(OBJECTS))
        .contains("%d failed (%d of them at fault themselves)\n".formatted(OBJECTS, OBJECTS))
        .contains("ROWS %d\n".formatted(OBJECTS))
        .contains("LINES %d\n".formatted(OBJECTS));
  }
}
