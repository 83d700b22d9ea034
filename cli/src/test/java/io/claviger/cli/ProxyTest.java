package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The usual variables name a proxy, for stores that speak http, and for those that speak https. */
class ProxyTest {
  @ParameterizedTest
  @CsvSource({
    "HTTP_PROXY, http://store.example, GET http://store.example/shop",
    "https_proxy, https://store.example, CONNECT store.example:443"
  })
  void requestsGoThroughIt(String variable, String endpoint, String wanted) throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(proxy, seen));
      answering.start();
      String url = "http://127.0.0.1:" + proxy.getLocalPort();
      Map<String, String> environment =
          Map.of(
              variable,
              url,
              "AWS_ACCESS_KEY_ID",
              "test",
              "AWS_SECRET_ACCESS_KEY",
              "test",
              "AWS_MAX_ATTEMPTS",
              "1");
      Installation.shared()
          .run(environment, "audit", "s3://shop", "--endpoint-url", endpoint)
          .expect(8);
      proxy.close();
      answering.join();
    }
    assertThat(seen).isNotEmpty().allMatch(line -> line.startsWith(wanted));
  }

  private static void answer(ServerSocket proxy, List<String> seen) {
    while (true) {
      try (Socket socket = proxy.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        seen.add(in.readLine());
        for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
          line = in.readLine();
        }
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 502 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        if (proxy.isClosed()) {
          return;
        }
      }
    }
  }
}
