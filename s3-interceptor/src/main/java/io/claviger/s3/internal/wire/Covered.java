package io.claviger.s3.internal.wire;

import io.claviger.format.CoveredHeader;
import io.claviger.format.CoveredHeaders;
import io.claviger.s3.internal.sdk.SdkInternals;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** The headers that metadata tags cover (format 3.1), of requests and of answers. */
public final class Covered {
  /** Begins the query parameters that set a header of an answer. */
  private static final String OVERRIDE = "response-";

  private Covered() {}

  /** Returns those of a message as it is. */
  public static CoveredHeaders of(SdkHttpHeaders message) {
    CoveredHeaders.Builder covered = CoveredHeaders.builder();
    message.forEachHeader((name, values) -> values.forEach(value -> covered.add(name, value)));
    return covered.build();
  }

  /**
   * Returns those that a request will be sent with: the SDK adds the client's and the request's own
   * headers after the last interceptor.
   *
   * @param request whose headers {@code http} has, null where it is not known
   */
  public static CoveredHeaders planned(
      @Nullable SdkRequest request, SdkHttpHeaders http, ExecutionAttributes attributes) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    http.forEachHeader((name, values) -> headers.put(name, new ArrayList<>(values)));
    SdkClient client = SdkInternals.client(attributes);
    if (client != null) {
      add(headers, clientWide(client));
    }
    if (request != null) {
      request
          .overrideConfiguration()
          .map(RequestOverrideConfiguration::headers)
          .ifPresent(own -> add(headers, own));
    }
    return collected(headers);
  }

  private static CoveredHeaders collected(Map<String, List<String>> headers) {
    CoveredHeaders.Builder covered = CoveredHeaders.builder();
    headers.forEach((name, values) -> values.forEach(value -> covered.add(name, value)));
    return covered.build();
  }

  private static Map<String, List<String>> clientWide(SdkClient client) {
    return client.serviceClientConfiguration().overrideConfiguration().headers();
  }

  /** As the SDK does: some headers are replaced, the others continued. */
  private static void add(Map<String, List<String>> headers, Map<String, List<String>> more) {
    more.forEach(
        (name, values) -> {
          if (SdkHttpUtils.isSingleHeader(name)) {
            headers.remove(name);
          }
          headers.computeIfAbsent(name, n -> new ArrayList<>()).addAll(values);
        });
  }

  /** Returns those of an object that is stored by this request, sent past the interceptor. */
  public static CoveredHeaders of(SdkRequest request) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (CoveredHeader header : CoveredHeader.values()) {
      add(headers, header.text(), RequestFields.text(request, header.text().replace("-", "")));
    }
    request
        .getValueForField("Metadata", Map.class)
        .ifPresent(m -> addMetadata(headers, (Map<?, ?>) m));
    request
        .overrideConfiguration()
        .map(RequestOverrideConfiguration::headers)
        .ifPresent(own -> add(headers, own));
    return collected(headers);
  }

  private static void addMetadata(Map<String, List<String>> headers, Map<?, ?> metadata) {
    metadata.forEach(
        (name, value) -> add(headers, UserMetadata.PREFIX + name, String.valueOf(value)));
  }

  private static void add(Map<String, List<String>> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
  }

  /** Returns the headers that a reading request sets by parameters {@code response-..}. */
  public static Set<CoveredHeader> overridden(SdkHttpRequest request) {
    Set<CoveredHeader> overridden = EnumSet.noneOf(CoveredHeader.class);
    request.forEachRawQueryParameter(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          for (CoveredHeader header : CoveredHeader.values()) {
            if (lower.equals(OVERRIDE + header.text().toLowerCase(Locale.ROOT))) {
              overridden.add(header);
            }
          }
        });
    return overridden;
  }

  /**
   * Returns what of {@code sent} is not as it was planned, null if all is. A header that was not
   * planned and that a reader does not look at then may be added.
   */
  public static @Nullable CoveredHeader changed(CoveredHeaders planned, CoveredHeaders sent) {
    for (CoveredHeader header : CoveredHeader.values()) {
      if (planned.has(header) && !planned.sameAs(sent, header)) {
        return header;
      }
    }
    return null;
  }
}
