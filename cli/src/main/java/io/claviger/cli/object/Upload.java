package io.claviger.cli.object;

import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.Progress;
import io.claviger.s3.api.RequestAttributes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;

/**
 * An object going up, in one request or in parts. Memory: a buffer of one part for a pipe, nothing
 * for a file. An upload in parts that does not come to its end is aborted.
 *
 * @param target where to
 * @param keyId the master key, null for the configured one
 * @param contentType null for none
 * @param metadata user metadata
 * @param onlyNew whether an object that is there is left as it is
 */
record Upload(
    S3Client client,
    Location target,
    @Nullable String keyId,
    @Nullable String contentType,
    Map<String, String> metadata,
    boolean onlyNew) {
  /** Parts of a pipe; 10,000 of them are 156 GiB. */
  static final int PART_BYTES = 16 << 20;

  private static final int MAX_PARTS = 10_000;
  private static final String BYTES = "application/octet-stream";
  private static final String ANY = "*";

  /** Opens the source at an offset, as often as a request is repeated. */
  @FunctionalInterface
  interface Source {
    InputStream from(long offset) throws IOException;
  }

  /** Sends {@code bytes} bytes of what can be opened again and again. */
  void file(Source source, long bytes, Progress progress) {
    if (bytes <= PART_BYTES) {
      put(provider(source, 0, progress), bytes);
      return;
    }
    long part = Math.max(PART_BYTES, (bytes + MAX_PARTS - 2) / (MAX_PARTS - 1));
    inParts(
        (id, parts) -> {
          for (long at = 0; at < bytes; at += part) {
            send(id, parts, provider(source, at, progress), Math.min(part, bytes - at));
          }
        });
  }

  /** Sends what is read once, and returns how many bytes it was. */
  long pipe(InputStream source, Progress progress) throws IOException {
    byte[] buffer = new byte[PART_BYTES];
    int first = source.readNBytes(buffer, 0, buffer.length);
    progress.add(first);
    if (first < buffer.length) {
      put(() -> new ByteArrayInputStream(buffer, 0, first), first);
      return first;
    }
    long[] all = {first};
    inParts(
        (id, parts) -> {
          int count = first;
          while (count > 0) {
            int bytes = count;
            send(id, parts, () -> new ByteArrayInputStream(buffer, 0, bytes), bytes);
            count = source.readNBytes(buffer, 0, buffer.length);
            progress.add(count);
            all[0] += count;
          }
        });
    return all[0];
  }

  private static ContentStreamProvider provider(Source source, long offset, Progress progress) {
    return () -> {
      try {
        return progress.counting(source.from(offset));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private void override(AwsRequestOverrideConfiguration.Builder request) {
    if (keyId != null) {
      request.putExecutionAttribute(RequestAttributes.KEY_ID, keyId);
    }
  }

  /** Null for no condition. */
  private @Nullable String unlessThere() {
    return onlyNew ? ANY : null;
  }

  private void put(ContentStreamProvider body, long bytes) {
    Cleanups.requireGoingOn();
    Store.ask(
        target,
        () ->
            client.putObject(
                b ->
                    b.bucket(target.bucket())
                        .key(target.key())
                        .contentType(contentType)
                        .metadata(metadata)
                        .ifNoneMatch(unlessThere())
                        .overrideConfiguration(this::override),
                RequestBody.fromContentProvider(body, bytes, BYTES)));
  }

  /** Sends all parts of an upload. */
  @FunctionalInterface
  private interface Sending {
    void send(String uploadId, List<CompletedPart> parts) throws IOException;
  }

  private void inParts(Sending sending) {
    CreateMultipartUploadRequest request =
        CreateMultipartUploadRequest.builder()
            .bucket(target.bucket())
            .key(target.key())
            .contentType(contentType)
            .metadata(metadata)
            .overrideConfiguration(this::override)
            .build();
    String id = Store.ask(target, () -> client.createMultipartUpload(request).uploadId());
    List<CompletedPart> parts = new ArrayList<>();
    try (Cleanups.Open cleanup = Cleanups.register(() -> abort(id))) {
      sending.send(id, parts);
      cleanup.commit(() -> complete(id, parts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(String id, List<CompletedPart> parts, ContentStreamProvider body, long bytes) {
    Cleanups.requireGoingOn();
    int number = parts.size() + 1;
    String eTag =
        Store.ask(
                target,
                () ->
                    client.uploadPart(
                        b ->
                            b.bucket(target.bucket())
                                .key(target.key())
                                .uploadId(id)
                                .partNumber(number),
                        RequestBody.fromContentProvider(body, bytes, BYTES)))
            .eTag();
    parts.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
  }

  private void complete(String id, List<CompletedPart> parts) {
    Store.ask(
        target,
        () ->
            client.completeMultipartUpload(
                b ->
                    b.bucket(target.bucket())
                        .key(target.key())
                        .uploadId(id)
                        .ifNoneMatch(unlessThere())
                        .multipartUpload(m -> m.parts(parts))));
  }

  /** Also on the way out of another failure, which is the one to be reported. */
  private void abort(String id) {
    boolean interrupted = Thread.interrupted(); // by a signal; the SDK would not send anything
    try {
      client.abortMultipartUpload(b -> b.bucket(target.bucket()).key(target.key()).uploadId(id));
    } catch (SdkException e) {
      System.err.printf(
          "claviger: the parts of %s that were sent could not be deleted; abort its upload%n",
          target);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
