package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store refuses becomes a sentence that says what to do. */
class StoreAnswersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "301 | PermanentRedirect | 5 | the bucket is in region eu-west-3; name it with --region",
        "400 | AuthorizationHeaderMalformed | 5 | the bucket is in region eu-west-3",
        "400 | InvalidBucketName | 5 | no bucket can have this name",
        "403 | AccessDenied | 6 | check credentials and the bucket's policy",
        "403 | InvalidAccessKeyId | 6 | does not know AWS_ACCESS_KEY_ID",
        "403 | RequestTimeTooSkewed | 6 | set the clock of this machine",
        "404 | NoSuchBucket | 4 | there is no bucket of this name",
        "400 | InvalidArgument | 5 | check that --endpoint-url is the endpoint of an S3",
        "418 | Other | 5 | the request does not fit what is there",
      })
  void aSentenceSaysWhatToDo(int status, String code, int exit, String advice) throws Exception {
    HttpHandler answers =
        exchange -> {
          byte[] body =
              "<Error><Code>%s</Code><Message>private detail</Message></Error>"
                  .formatted(code)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("x-amz-bucket-region", "eu-west-3");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        };
    try (AnsweringStore store = new AnsweringStore(answers)) {
      Cli.Result said = new Cli().run("inspect", "s3://shop/a", "--endpoint-url", store.url());
      Cli.Result listed = new Cli().run("audit", "s3://shop", "--endpoint-url", store.url());
      assertThat(listed.expect(exit).err())
          .startsWith("claviger: s3://shop/: the store answered %d %s; ".formatted(status, code))
          .contains(advice)
          .doesNotContain("private detail")
          .hasLineCount(1);
      said.expect(exit);
    }
  }
}
