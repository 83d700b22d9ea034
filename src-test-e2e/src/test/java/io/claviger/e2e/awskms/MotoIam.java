package io.claviger.e2e.awskms;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.e2e.env.MotoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A moto server whose IAM counts, with one user, whose policy the tests change. */
final class MotoIam {
  private static final String USER = "claviger";

  private final URI server = MotoServer.startWithIam();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AwsKmsConfig config;

  MotoIam() {
    iam("CreateUser", Map.of());
    String made = iam("CreateAccessKey", Map.of());
    config =
        administrator()
            .withCredentials(
                AccessKey.of(element(made, "AccessKeyId"), element(made, "SecretAccessKey")));
  }

  /** Returns the configuration of somebody whom no policy concerns, while none counts. */
  AwsKmsConfig administrator() {
    return AwsKmsConfig.of(KmsServer.REGION)
        .withEndpointUrl(server)
        .withCredentials(AccessKey.of("admin", "secret"));
  }

  /** Returns the configuration of the user. */
  AwsKmsConfig user() {
    return config;
  }

  /** Lets everybody do everything, until the next policy. */
  void open() {
    post("/moto-api/reset-auth", "1000000", "text/plain");
  }

  /** Lets the user do {@code actions} and nothing else, from now on. */
  void allow(Collection<String> actions) {
    open();
    String list = actions.stream().map(a -> "\"" + a + "\"").collect(Collectors.joining(","));
    iam(
        "PutUserPolicy",
        Map.of(
            "PolicyName",
            "p",
            "PolicyDocument",
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[%s],\"Resource\":\"*\"}]}"
                .formatted(list)));
    post("/moto-api/reset-auth", "0", "text/plain");
  }

  private String iam(String action, Map<String, String> parameters) {
    Map<String, String> all = new TreeMap<>(parameters);
    all.put("Action", action);
    all.put("Version", "2010-05-08");
    all.put("UserName", USER);
    String form =
        all.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return post("/", form, "application/x-www-form-urlencoded");
  }

  /** The service is known by the signature, which nobody checks while no policy counts. */
  private String post(String path, String body, String type) {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .header("Content-Type", type)
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=admin/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String element(String xml, String name) {
    Matcher found = Pattern.compile("<%s>([^<]+)</%s>".formatted(name, name)).matcher(xml);
    if (!found.find()) {
      throw new IllegalStateException("no " + name + " in " + xml);
    }
    return found.group(1);
  }
}
