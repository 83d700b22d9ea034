package io.claviger.autoload;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A servlet container, as it were: the SDK in one class loader, applications with a Claviger of
 * their own in loaders below it. With {@code shared} the container has a drop-in too.
 */
final class Applications {
  private Applications() {}

  public static void main(String[] args) throws Exception {
    boolean shared = args[2].equals("shared");
    try (URLClassLoader container =
        loader(shared ? all() : jars(true), ClassLoader.getPlatformClassLoader())) {
      try (URLClassLoader first = application(container);
          URLClassLoader second = application(container)) {
        run(first, args[0], args[1], "first", "first");
        run(second, args[0], args[1], "second", "first");
        run(first, args[0], args[1], "again", "second");
      }
      try (URLClassLoader redeployed = application(container)) {
        run(redeployed, args[0], args[1], "redeployed", "second");
      }
    }
    System.exit(0);
  }

  private static void run(ClassLoader loader, String... args) throws ReflectiveOperationException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Class<?> program = loader.loadClass(Deployed.class.getName());
      Method main = program.getDeclaredMethod("run", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) args);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Its own Claviger comes first, as in a servlet container; the SDK is the container's. */
  private static URLClassLoader application(ClassLoader container) throws IOException {
    return new URLClassLoader("application", urls(jars(false)), container) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
          Class<?> loaded = findLoadedClass(name);
          if (loaded == null && name.startsWith("io.claviger.")) {
            loaded = findClass(name);
          }
          return loaded == null ? super.loadClass(name, resolve) : loaded;
        }
      }
    };
  }

  private static URLClassLoader loader(List<String> entries, ClassLoader parent)
      throws IOException {
    return new URLClassLoader("container", urls(entries), parent);
  }

  private static List<String> all() {
    List<String> every = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!OneJar.isServerOrTest(entry) && !entry.endsWith("test-classes")) {
        every.add(entry);
      }
    }
    return every;
  }

  /** The libraries, or Claviger and the program without the drop-in's resources. */
  private static List<String> jars(boolean libraries) {
    List<String> chosen = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      boolean claviger = entry.contains("claviger") || new File(entry).isDirectory();
      if (!OneJar.isServerOrTest(entry) && !Program.isDropIn(entry) && claviger != libraries) {
        chosen.add(entry);
      }
    }
    return chosen;
  }

  private static URL[] urls(List<String> entries) throws MalformedURLException {
    URL[] urls = new URL[entries.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = Path.of(entries.get(i)).toUri().toURL();
    }
    return urls;
  }
}
