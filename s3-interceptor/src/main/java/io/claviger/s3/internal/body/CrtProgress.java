package io.claviger.s3.internal.body;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import software.amazon.awssdk.core.async.listener.PublisherListener;

/**
 * The progress of an upload by native code, counted in bytes of plaintext: native code sends the
 * stored bytes, more than the file has, and a transfer's progress refuses to be more than whole.
 *
 * <p>The progress object is the CRT's ({@code S3MetaRequestProgress}), a library that this one is
 * not compiled against. Threads: called by one native thread after the other.
 */
final class CrtProgress implements PublisherListener<Object> {
  private static final String PROGRESS = "software.amazon.awssdk.crt.s3.S3MetaRequestProgress";

  private final PublisherListener<Object> listener;
  private final long plainBytes;
  private final long storedBytes;
  private final MethodHandle bytes;
  private final MethodHandle withBytes;
  private final MethodHandle withLength;
  private long storedSent;
  private long plainSent;

  @SuppressWarnings("unchecked") // the SDK calls it with the CRT's progress
  CrtProgress(PublisherListener<?> listener, long plainBytes, long storedBytes) {
    this.listener = (PublisherListener<Object>) listener;
    this.plainBytes = plainBytes;
    this.storedBytes = storedBytes;
    try {
      Class<?> type = Class.forName(PROGRESS, false, PublisherListener.class.getClassLoader());
      MethodType with = MethodType.methodType(type, long.class);
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      this.bytes =
          lookup.findVirtual(type, "getBytesTransferred", MethodType.methodType(long.class));
      this.withBytes = lookup.findVirtual(type, "withBytesTransferred", with);
      this.withLength = lookup.findVirtual(type, "withContentLength", with);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this aws-crt has another " + PROGRESS, e);
    }
  }

  @Override
  public void subscriberOnNext(Object progress) {
    try {
      listener.subscriberOnNext(inPlaintext(progress));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the progress of an upload cannot be read", e);
    }
  }

  private synchronized Object inPlaintext(Object progress) throws Throwable {
    storedSent = Math.min(storedBytes, storedSent + (long) bytes.invoke(progress));
    long plain = (long) (plainBytes * (storedSent / (double) storedBytes));
    long more = plain - plainSent;
    plainSent = plain;
    return withLength.invoke((Object) withBytes.invoke(progress, more), plainBytes);
  }

  @Override
  public void subscriberOnComplete() {
    listener.subscriberOnComplete();
  }

  @Override
  public void subscriberOnError(Throwable error) {
    listener.subscriberOnError(error);
  }
}
