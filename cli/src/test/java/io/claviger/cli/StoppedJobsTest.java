package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that stops in the middle has the status of its reason, and its result says it too. */
class StoppedJobsTest {
  private static final String LISTING =
      "<ListBucketResult><Name>shop</Name><Contents><Key>a</Key><Size>200</Size>"
          + "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>";

  @TempDir private Path folder;

  /** The first listing, which asks for one key, is answered: the bucket was there then. */
  private Cli.Result audit(String refused, int status, String code) throws Exception {
    HttpHandler answers =
        exchange -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          boolean listing =
              query.contains("list-type")
                  && (refused.equals("READS") || query.matches(".*max-keys=1(&.*)?"));
          String error = "<Error><Code>%s</Code></Error>".formatted(code);
          byte[] body = (listing ? LISTING : error).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(listing ? 200 : status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        };
    try (AnsweringStore store = new AnsweringStore(answers)) {
      String[] at = {"--endpoint-url", store.url(), "--region", "x", "--folder", folder.toString()};
      return new Cli().run(Cli.words(at, "audit", "s3://shop", "--json"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "READS, 403, InvalidAccessKeyId, 6, DENIED",
    "LISTINGS, 403, AccessDenied, 6, DENIED",
    "LISTINGS, 404, NoSuchBucket, 4, NOT_FOUND",
    "READS, 403, AccessDenied, 9, COMPLETE",
  })
  void theStatusIsThatOfTheReason(String refused, int status, String code, int exit, String end)
      throws Exception {
    assertThat(audit(refused, status, code).expect(exit).out())
        .contains("\"end\" : \"%s\"".formatted(end));
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.csv", "state.json"})
  void aFolderThatCannotBeWrittenIsALocalFile(String taken) throws Exception {
    Files.createDirectories(folder.resolve(taken).resolve("a folder"));
    audit("READS", 403, "AccessDenied").expect(10);
  }
}
