package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.object.FormatException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A feed that says when it refused: what was kept of the object may be wrong. */
public final class ForgettingFeed implements SegmentFeed {
  private final SegmentFeed feed;
  private final Runnable whenRefused;

  public ForgettingFeed(SegmentFeed feed, Runnable whenRefused) {
    this.feed = feed;
    this.whenRefused = whenRefused;
  }

  @Override
  public @Nullable ByteBuffer feed(ByteBuffer input) {
    try {
      return feed.feed(input);
    } catch (FormatException e) {
      whenRefused.run();
      throw e;
    }
  }

  @Override
  public @Nullable ByteBuffer end() {
    try {
      return feed.end();
    } catch (FormatException e) {
      whenRefused.run();
      throw e;
    }
  }

  @Override
  public void release() {
    feed.release();
  }
}
