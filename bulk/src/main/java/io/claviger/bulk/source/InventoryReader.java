package io.claviger.bulk.source;

import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;

/** Units of the data files of an inventory, one file after the other. */
final class InventoryReader implements UnitReader {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InventorySource source;
  private final S3Client client;
  private final Pace pace;
  private final int end;
  private int file;
  private long row;
  private @Nullable InventoryManifest manifest;
  private @Nullable Path fetched;
  private InventoryFormat.@Nullable Rows rows;

  /**
   * @param from the first unit is behind this place
   * @param end no data file from this one on is read
   */
  InventoryReader(
      InventorySource source, S3Client client, Pace pace, InventoryPlace from, int end) {
    this.source = source;
    this.client = client;
    this.pace = pace;
    this.end = end;
    this.file = from.file();
    this.row = from.row();
  }

  @Override
  public @Nullable Unit next() {
    while (true) {
      InventoryFormat.Rows open = rows;
      if (open == null) {
        open = open();
      }
      if (open == null) {
        return null;
      }
      InventoryFormat.Row next = row(open);
      if (next == null) {
        close();
        file++;
        row = 0;
        continue;
      }
      row++;
      if (isUnit(next)) {
        return unit(next);
      }
    }
  }

  private boolean isUnit(InventoryFormat.Row next) {
    return !Boolean.TRUE.equals(next.deleteMarker())
        && (source.versions() || !Boolean.FALSE.equals(next.latest()));
  }

  private Unit unit(InventoryFormat.Row next) {
    String version = next.versionId();
    return new Unit(
        next.bucket(),
        next.key(),
        source.versions() && version != null && !version.isEmpty() ? version : null,
        Objects.requireNonNullElse(next.storedBytes(), Unit.UNKNOWN_SIZE),
        next.storageClass());
  }

  /** Returns the rows of the file behind those that were read, null behind the last file. */
  private InventoryFormat.@Nullable Rows open() {
    InventoryManifest all = manifest;
    if (all == null) {
      all = InventoryManifest.read(client, pace, source.bucket(), source.manifestKey());
      manifest = all;
    }
    if (file >= Math.min(end, all.files().size())) {
      return null;
    }
    try {
      Path path = fetch(all.files().get(file));
      fetched = path;
      InventoryFormat.Rows opened = all.format().open(path, all.fileSchema());
      rows = opened;
      for (long passed = 0; passed < row && opened.next() != null; passed++) {
        continue;
      }
      return opened;
    } catch (IOException e) {
      close();
      throw new UncheckedIOException("%s cannot be read (%s)".formatted(place(), e), e);
    } catch (IllegalArgumentException e) {
      close();
      throw damaged(e);
    }
  }

  private InventoryFormat.@Nullable Row row(InventoryFormat.Rows open) {
    try {
      return open.next();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read (%s)".formatted(place(), e), e);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private IllegalArgumentException damaged(IllegalArgumentException e) {
    return new IllegalArgumentException(
        "%s: %s. Take another inventory, or list the bucket".formatted(place(), e.getMessage()), e);
  }

  private String place() {
    String key = manifest == null ? source.manifestKey() : manifest.files().get(file).key();
    return "s3://%s/%s behind row %d".formatted(source.bucket(), key, row);
  }

  /** Fetches a data file and compares it with its checksum. */
  private Path fetch(InventoryManifest.DataFile data) throws IOException {
    pace.beforeStore(1);
    MessageDigest md5 = md5();
    Path path = Files.createTempFile("claviger-inventory", null);
    boolean good = false;
    try (InputStream in = client.getObject(b -> b.bucket(source.bucket()).key(data.key()));
        OutputStream out = Files.newOutputStream(path)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
        md5.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
      String found = HexFormat.of().formatHex(md5.digest());
      if (data.md5() != null && !data.md5().equalsIgnoreCase(found)) {
        throw new IllegalArgumentException(
            "its MD5 is %s, and the manifest says %s".formatted(found, data.md5()));
      }
      good = true;
      return path;
    } finally {
      if (!good) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** What breaks off here is the store's affair, and tried again. */
  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw SdkClientException.create("the store ended its answer too early: " + e, e);
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  @Override
  public String position() {
    return new InventoryPlace(file, row).text();
  }

  @Override
  public void close() {
    try {
      if (rows != null) {
        rows.close();
      }
      if (fetched != null) {
        Files.deleteIfExists(fetched);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      rows = null;
      fetched = null;
    }
  }
}
