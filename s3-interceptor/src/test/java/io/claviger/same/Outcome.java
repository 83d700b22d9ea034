package io.claviger.same;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What the caller of one call sees, by name: the bytes, the status, each header of the answer, each
 * field of the SDK's response, or the exception.
 */
final class Outcome {
  /** What differs between any two calls of one client. */
  private static final Set<String> VOLATILE =
      Set.of(
          "date",
          "last-modified",
          "x-amz-request-id",
          "x-amz-id-2",
          "connection",
          "keep-alive",
          "x-ratelimit-remaining");

  private final Map<String, String> fields = new TreeMap<>();

  private Outcome() {}

  /** Returns what {@code call} gives. */
  static Outcome of(Supplier<? extends SdkResponse> call) {
    Outcome seen = new Outcome();
    try {
      seen.addAnswer(call.get());
    } catch (CompletionException e) {
      seen.addFailure(e.getCause());
    } catch (RuntimeException e) {
      seen.addFailure(e);
    }
    return seen;
  }

  /** Returns an outcome that names nothing yet. */
  static Outcome none() {
    return new Outcome();
  }

  /** Returns this with one field alone, or whole when it does not have it. */
  Outcome only(String name) {
    if (fields.containsKey(name)) {
      fields.keySet().retainAll(Set.of(name));
    }
    return this;
  }

  Outcome with(String name, Object value) {
    fields.put(name, String.valueOf(value));
    return this;
  }

  Outcome withBytes(byte[] bytes) {
    return with("bytes", bytes.length + ":" + Arrays.hashCode(bytes));
  }

  Map<String, String> fields() {
    return fields;
  }

  boolean failed() {
    return fields.containsKey("failure");
  }

  private void addAnswer(SdkResponse answer) {
    SdkHttpResponse http = answer.sdkHttpResponse();
    if (http == null) {
      return;
    }
    with("status", http.statusCode());
    http.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!VOLATILE.contains(lower)) {
            with("header " + lower, values);
          }
        });
  }

  /** Failures before or behind the store are compared by their kind, those of the store whole. */
  private void addFailure(Throwable failure) {
    if (failure instanceof S3Exception e) {
      with("failure", e.getClass().getSimpleName());
      with("status", e.statusCode());
      with("code", e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode());
    } else {
      boolean clients =
          failure instanceof SdkClientException || failure instanceof IllegalStateException;
      with("failure", clients ? "the client's" : failure.getClass().getSimpleName());
    }
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
