package io.claviger.examples;

import java.util.concurrent.CountDownLatch;

/** An S3 server to try things against: Adobe S3Mock over a temporary folder, until Ctrl-C. */
public final class S3Server {
  private S3Server() {}

  /**
   * Runs the server.
   *
   * @param args the port; 9090 without it
   */
  public static void main(String[] args) throws InterruptedException {
    int port = args.length == 0 ? 9090 : Integer.parseInt(args[0]);
    try (Store store = Store.embedded(port)) {
      CountDownLatch end = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(end::countDown));
      System.out.println("S3 at " + store.endpoint());
      end.await();
    }
  }
}
