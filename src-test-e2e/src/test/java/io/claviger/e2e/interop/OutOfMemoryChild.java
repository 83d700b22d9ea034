package io.claviger.e2e.interop;

import io.claviger.e2e.env.E2e;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Reads 60 MiB in a JVM of its own; ours writes them first, from a stream. */
final class OutOfMemoryChild {
  private static final long SIZE = 60 << 20;

  private OutOfMemoryChild() {}

  public static void main(String[] args) throws IOException {
    URI endpoint = URI.create(args[0]);
    boolean ours = args[2].equals("ours");
    try (S3Client s3 = ours ? E2e.sealing(endpoint, b -> {}) : Both.theirs(endpoint, b -> {})) {
      if (ours) {
        s3.putObject(
            b -> b.bucket(args[1]).key(args[2]),
            RequestBody.fromContentProvider(Zeros::new, SIZE, "application/octet-stream"));
      }
      try (InputStream in = s3.getObject(b -> b.bucket(args[1]).key(args[2]))) {
        System.out.println("read " + in.transferTo(OutputStream.nullOutputStream()));
      }
    }
  }

  private static final class Zeros extends InputStream {
    private long left = SIZE;

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int given = (int) Math.min(length, left);
      Arrays.fill(target, offset, offset + given, (byte) 0);
      left -= given;
      return given;
    }
  }
}
