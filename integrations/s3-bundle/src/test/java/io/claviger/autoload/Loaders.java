package io.claviger.autoload;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** Runs a program with the bundle in a class loader below one that has an SDK. */
final class Loaders {
  private Loaders() {}

  public static void main(String[] args) throws Exception {
    boolean childFirst = args[2].equals("child-first");
    URLClassLoader platform =
        new URLClassLoader("platform", urls(sdk()), ClassLoader.getPlatformClassLoader());
    ClassLoader application =
        childFirst ? new ChildFirst(urls(Bundle.with()), platform) : below(platform);
    Thread.currentThread().setContextClassLoader(application);
    String program = (childFirst ? Unaware.class : Requiring.class).getName();
    List<String> given = new ArrayList<>(List.of(args[0], args[1]));
    if (childFirst) {
      given.addAll(List.of("sync", "copy"));
    }
    var main = application.loadClass(program).getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    main.invoke(null, (Object) given.toArray(String[]::new));
  }

  private static ClassLoader below(ClassLoader platform) throws IOException {
    List<String> programs =
        new ArrayList<>(Bundle.without().stream().filter(Loaders::isProgram).toList());
    programs.add(Bundle.JAR.toString());
    return new URLClassLoader("application", urls(programs), platform);
  }

  private static List<String> sdk() {
    return Bundle.without().stream().filter(e -> !isProgram(e)).toList();
  }

  private static boolean isProgram(String entry) {
    return entry.endsWith("test-classes") || entry.endsWith("-tests.jar");
  }

  private static URL[] urls(List<String> entries) throws MalformedURLException {
    URL[] urls = new URL[entries.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = Path.of(entries.get(i)).toUri().toURL();
    }
    return urls;
  }

  /** Looks into its own jars first, for classes and for resources. */
  private static final class ChildFirst extends URLClassLoader {
    ChildFirst(URL[] urls, ClassLoader parent) {
      super("application", urls, parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && !name.startsWith("java.")) {
          try {
            loaded = findClass(name);
          } catch (ClassNotFoundException e) {
            loaded = null;
          }
        }
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
    }

    @Override
    public URL getResource(String name) {
      URL own = findResource(name);
      return own == null ? super.getResource(name) : own;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      List<URL> all = Collections.list(findResources(name));
      all.addAll(Collections.list(getParent().getResources(name)));
      return Collections.enumeration(all);
    }
  }
}
