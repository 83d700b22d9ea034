package io.claviger.jca;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Program of {@link LetGoTest}: uses a provider in a class loader of its own and drops it. */
final class LetGo {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

  private LetGo() {}

  public static void main(String[] args) throws Exception {
    WeakReference<ClassLoader> loader = used();
    long begun = System.nanoTime();
    while (loader.get() != null && System.nanoTime() - begun < PATIENCE_NANOS) {
      System.gc();
      Thread.sleep(20); // threads that were stopped may still be ending
    }
    System.out.println(loader.get() == null ? "let go" : "still held");
  }

  private static WeakReference<ClassLoader> used() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      Runnable use =
          (Runnable)
              loader.loadClass(LetGoUse.class.getName()).getDeclaredConstructor().newInstance();
      use.run();
      return new WeakReference<>(loader);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
