package io.claviger.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.Children;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full and a read-only disk, on a tmpfs of 256 KiB in a mount namespace of its own. */
class FullDiskIT {
  @TempDir Path temporary;

  @Test
  void aFullOrReadOnlyDiskIsSaidAndTheOldStateIsIntact() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=256k tmpfs \"$1\" && shift && exec \"$@\"",
                "sh",
                disk.toString()));
    command.addAll(Children.java(FullDisk.class, disk));
    Process child = Children.start(command);
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    assertThat(said.lines().filter(line -> line.startsWith("REFUSED full")))
        .hasSize(4)
        .allMatch(
            line -> line.contains("Nothing was changed or lost: repair the disk or its rights"));
    assertThat(said.lines().filter(line -> line.startsWith("REFUSED read-only"))).hasSize(2);
    assertThat(said).contains("the key folder").contains("cannot be written").endsWith("END\n");
    assertThat(said.lines().filter(line -> line.startsWith("OPENS")))
        .hasSize(6)
        .allMatch(line -> line.endsWith(" 7"));
  }
}
