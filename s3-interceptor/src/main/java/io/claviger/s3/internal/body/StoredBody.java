package io.claviger.s3.internal.body;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;

/** Bodies of the store's answers that nobody reads on, and the connections below them. */
public final class StoredBody {
  private StoredBody() {}

  /** Stops a body that nobody will read. */
  public static void abort(@Nullable InputStream body) {
    if (body instanceof Abortable connection) {
      connection.abort();
    }
  }

  /** Closes a body that nobody reads on; may wait for the little that keeps its connection. */
  public static void release(@Nullable InputStream body) {
    if (body != null) {
      try {
        body.close();
      } catch (IOException e) {
        // the connection is gone: nothing of it was wanted
      }
    }
  }
}
