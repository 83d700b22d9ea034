package io.claviger.backend.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.awskms.FakeKms.Answer;
import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsCredentials.Provider;
import io.claviger.config.AwsKmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.s3.ClavigerDropIn;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** The backend's client is its own: credentials, and none of Claviger's interceptors. */
class OwnClientTest {
  private final FakeKms server;

  OwnClientTest() throws Exception {
    server = new FakeKms();
    server.answers(Answer.ok(FakeKms.KEY), Answer.ok("{\"Tags\":[]}"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** In Claviger's package, as the drop-in is. */
  public static final class Ours implements ExecutionInterceptor {
    static int calls;

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      calls++;
    }
  }

  private KmsClientBuilder builder() {
    return KmsClient.builder()
        .region(Region.EU_CENTRAL_1)
        .endpointOverride(server.url())
        .credentialsProvider(new ProviderOfTheTest());
  }

  @Test
  void theDropInIsInEveryClientOfTheProcessButTheBackends() {
    KmsClient plain = builder().build();
    assertThat(plain.serviceClientConfiguration().overrideConfiguration().executionInterceptors())
        .as("the resource file puts it there")
        .anyMatch(ClavigerDropIn.class::isInstance);
    assertThat(Proxy.isProxyClass(WithoutOwnHooks.of(plain).getClass())).isTrue();
    plain.close();
  }

  @Test
  void noRequestPassesOursAndEveryRequestPassesOthers() {
    List<String> others = new java.util.ArrayList<>();
    ExecutionInterceptor traces =
        (ExecutionInterceptor)
            Proxy.newProxyInstance(
                ClassLoader.getSystemClassLoader(),
                new Class<?>[] {ExecutionInterceptor.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("beforeExecution")) {
                    others.add(method.getName());
                  }
                  return java.lang.reflect.InvocationHandler.invokeDefault(
                      proxy, method, arguments);
                });
    KmsClientBuilder with =
        builder()
            .overrideConfiguration(
                o -> o.addExecutionInterceptor(new Ours()).addExecutionInterceptor(traces));
    try (KmsClient plain = with.build();
        KmsClient without = WithoutOwnHooks.of(with.build())) {
      Ours.calls = 0;
      plain.describeKey(r -> r.keyId("alias/orders"));
      assertThat(Ours.calls).isEqualTo(1);
      without.describeKey(r -> r.keyId("alias/orders"));
      without.listKeys();
      without.listKeysPaginator().keys().stream().toList();
      assertThat(Ours.calls).as("none of the backend's").isEqualTo(1);
      assertThat(others).hasSize(4);
      assertThat(without.serviceName()).isEqualTo("kms");
    }
  }

  /** A provider of the application. */
  public static final class ProviderOfTheTest implements AwsCredentialsProvider {
    static int asked;

    public static ProviderOfTheTest create() {
      return new ProviderOfTheTest();
    }

    @Override
    public AwsCredentials resolveCredentials() {
      asked++;
      return AwsBasicCredentials.create("AKIDEXAMPLE", "secret");
    }
  }

  @Test
  void credentialsComeFromTheProviderThatTheConfigurationNames() {
    ProviderOfTheTest.asked = 0;
    var config = server.config().withCredentials(new Provider(ProviderOfTheTest.class.getName()));
    try (KmsBackend backend = FakeKms.open(config, Duration.ofSeconds(30))) {
      backend.describeKey(new DescribeKeyRequest("orders"));
      assertThat(ProviderOfTheTest.asked).isPositive();
    }
    var wrong = server.config().withCredentials(new Provider("java.lang.String"));
    assertThatThrownBy(() -> FakeKms.open(wrong, Duration.ofSeconds(30)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("aws_credentials_provider")
        .hasMessageContaining("java.lang.String");
  }

  /** A variable that is set for a store, and meant for it, counts for every client of the SDK. */
  @Test
  void anEndpointOfTheEnvironmentIsHeldToTlsToo() {
    System.setProperty("aws.endpointUrl", "http://minio.example:9000");
    try {
      AwsKmsConfig config = server.config().withEndpointUrl(null);
      assertThatThrownBy(() -> AwsClients.open(config, BackendSettings.DEFAULT))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("endpoint_url")
          .hasMessageContaining("http://minio.example")
          .hasMessageContaining("in the clear");
      System.setProperty("aws.endpointUrlKms", "https://kms.example");
      AwsClients.open(config, BackendSettings.DEFAULT).close();
    } finally {
      System.clearProperty("aws.endpointUrl");
      System.clearProperty("aws.endpointUrlKms");
    }
  }

  /** AWS answers so for keys of other accounts, which may be used all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"NotFoundException", "AccessDeniedException"})
  void aKeyWhoseTagsAreNotToBeListedHasNone(String code) {
    server.answers(Answer.ok(FakeKms.KEY), Answer.error(400, code));
    try (KmsBackend backend = server.open()) {
      assertThat(backend.describeKey(new DescribeKeyRequest(FakeKms.ARN)).tags()).isEmpty();
      assertThat(server.seen.get(server.seen.size() - 1).body())
          .as("with its account")
          .contains(FakeKms.ARN);
    }
  }

  @Test
  void metadataNamesTheArnAndTheMaterial() {
    var config =
        server
            .config()
            .withCredentials(AccessKey.of("AKIDEXAMPLE", "secret").withSessionToken("token"));
    try (KmsBackend backend = FakeKms.open(config, Duration.ofSeconds(30))) {
      var key = backend.describeKey(new DescribeKeyRequest("orders"));
      assertThat(key.keyId()).isEqualTo(FakeKms.ARN);
      assertThat(key.stamp()).isEqualTo("0a1b");
      assertThat(key.origin()).isEqualTo("AWS_KMS");
    }
  }
}
