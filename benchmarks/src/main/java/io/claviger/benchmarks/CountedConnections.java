package io.claviger.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Counts the requests that are sent, by what they do. */
record CountedConnections(SdkHttpClient connections, Map<String, Integer> requests)
    implements SdkHttpClient {
  static CountedConnections over(SdkHttpClient connections) {
    return new CountedConnections(connections, new ConcurrentHashMap<>());
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    requests.merge(kind(request.httpRequest()), 1, Integer::sum);
    return connections.prepareRequest(request);
  }

  private static String kind(SdkHttpRequest request) {
    Map<String, ?> query = request.rawQueryParameters();
    return switch (request.method()) {
      case GET -> query.containsKey("list-type") ? "LIST" : "GET";
      case POST -> query.containsKey("uploads") ? "CREATE" : "COMPLETE";
      case PUT -> query.containsKey("partNumber") ? "COPY PART" : "PUT";
      default -> request.method().name();
    };
  }

  /** Returns the counts since the last call. */
  Map<String, Integer> taken() {
    Map<String, Integer> all = new TreeMap<>(requests);
    requests.clear();
    return all;
  }

  @Override
  public void close() {
    connections.close();
  }
}
