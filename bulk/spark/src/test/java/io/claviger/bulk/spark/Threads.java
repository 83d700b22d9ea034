package io.claviger.bulk.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/**
 * Threads in the place of executors: they have of a task what is serialised, and run each several
 * times at the same time, as speculation does.
 */
final class Threads implements Cluster {
  private final int copies;
  int tasks;

  Threads(int copies) {
    this.copies = copies;
  }

  @Override
  public List<String> run(int count, Task task) {
    byte[] sent = bytes(task);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<String>> results = new ArrayList<>();
      for (int i = 0; i < count * copies; i++) {
        int index = i / copies;
        results.add(threads.submit(() -> task(sent).run(index, hadoop())));
        tasks++;
      }
      List<String> chosen = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        String result = results.get(i).get();
        if (i % copies == i / copies % copies) { // now one, now another
          chosen.add(result);
        }
      }
      return chosen;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  @Override
  public int tasksAtOnce() {
    return 2;
  }

  @Override
  public Configuration hadoop() {
    return new Configuration();
  }

  private static byte[] bytes(Task task) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(task);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static Task task(byte[] sent) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent))) {
      return (Task) in.readObject();
    }
  }
}
