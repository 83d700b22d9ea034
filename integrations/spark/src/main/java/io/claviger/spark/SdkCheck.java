package io.claviger.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which SDK there is, asked by name: the answer may be "none". */
final class SdkCheck {
  private static final String S3_CLIENT = "software.amazon.awssdk.services.s3.S3Client";
  private static final String SDK_VERSION = "software.amazon.awssdk.core.util.VersionInfo";
  private static final String S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final String HADOOP_VERSION = "org.apache.hadoop.util.VersionInfo";

  private static final Version OLDEST = new Version(2, 24, 6);
  private static final Version FIRST_HADOOP = new Version(3, 4, 0);
  private static final String MEND =
      "Put software.amazon.awssdk:bundle:2.35.4 in the place of the SDK that is there";

  record Version(int major, int minor, int patch) implements Comparable<Version> {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    static @Nullable Version of(String text) {
      Matcher numbers = NUMBERS.matcher(text);
      return numbers.matches()
          ? new Version(number(numbers, 1), number(numbers, 2), number(numbers, 3))
          : null;
    }

    private static int number(Matcher numbers, int group) {
      return Integer.parseInt(numbers.group(group));
    }

    @Override
    public int compareTo(Version other) {
      int byMajor = Integer.compare(major, other.major);
      int byMinor = Integer.compare(minor, other.minor);
      return byMajor != 0 ? byMajor : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + patch;
    }
  }

  private SdkCheck() {}

  /** Returns a sentence for each that is wrong with the SDK and S3A that {@code loader} sees. */
  static List<String> wrong(ClassLoader loader) {
    List<String> wrong = new ArrayList<>();
    Class<?> s3a = find(S3A, loader);
    if (s3a != null) {
      String hadoop = text(HADOOP_VERSION, "getVersion", s3a.getClassLoader());
      Version version = Version.of(hadoop);
      if (version == null || version.compareTo(FIRST_HADOOP) < 0) {
        wrong.add(
            "S3A of Hadoop %s uses version 1 of the AWS SDK, in which nothing can be sealed. Put hadoop-aws and the client jars of Hadoop 3.5.0 and software.amazon.awssdk:bundle:2.35.4 in front of it"
                .formatted(hadoop));
        return wrong;
      }
    }
    Class<?> client = find(S3_CLIENT, loader);
    if (client == null) {
      wrong.add(
          "version 2 of the AWS SDK is not on the class path, so nothing that is stored passes Claviger. "
              + MEND);
      return wrong;
    }
    ClassLoader sdk = client.getClassLoader();
    String found = field(SDK_VERSION, "SDK_VERSION", sdk);
    Version version = Version.of(found);
    if (version == null || version.major() != 2 || version.compareTo(OLDEST) < 0) {
      wrong.add(
          "the AWS SDK is version %s (%s), and %s is the oldest that works. %s"
              .formatted(found, place(client), OLDEST, MEND));
    }
    return wrong;
  }

  /** Returns the jar that a class is of, as far as its loader says. */
  static String place(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null
        ? String.valueOf(type.getClassLoader())
        : source.getLocation().getPath();
  }

  static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  /** Not as a constant: the compiler would write the version that this is compiled against. */
  private static String field(String type, String field, @Nullable ClassLoader loader) {
    try {
      return String.valueOf(Class.forName(type, true, loader).getField(field).get(null));
    } catch (ReflectiveOperationException | LinkageError e) {
      return "unknown";
    }
  }

  private static String text(String type, String method, @Nullable ClassLoader loader) {
    try {
      return String.valueOf(Class.forName(type, true, loader).getMethod(method).invoke(null));
    } catch (ReflectiveOperationException | LinkageError e) {
      return "unknown";
    }
  }
}
