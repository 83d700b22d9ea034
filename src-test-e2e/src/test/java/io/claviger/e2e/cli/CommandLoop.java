package io.claviger.e2e.cli;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

/**
 * The main class of a JVM that runs commands of the installed jar one after the other, as {@link
 * CommandJvm} sends them. Uses nothing but the JDK and that jar.
 */
final class CommandLoop {
  private CommandLoop() {}

  public static void main(String[] args) throws Exception {
    Method program =
        Class.forName("io.claviger.cli.Main")
            .getMethod(
                "run", InputStream.class, OutputStream.class, OutputStream.class, String[].class);
    DataInputStream in = new DataInputStream(System.in);
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    for (int words = next(in); words >= 0; words = next(in)) {
      String[] command = new String[words];
      for (int i = 0; i < words; i++) {
        command[i] = new String(bytes(in), StandardCharsets.UTF_8);
      }
      ByteArrayInputStream input = new ByteArrayInputStream(bytes(in));
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8)); // of loggers
      out.writeInt((int) program.invoke(null, input, shown, err, command));
      write(out, shown);
      write(out, err);
      out.flush();
    }
  }

  /** Returns how many words the next command has, below 0 when none comes. */
  private static int next(DataInputStream in) throws Exception {
    try {
      return in.readInt();
    } catch (EOFException e) {
      return -1;
    }
  }

  private static byte[] bytes(DataInputStream in) throws Exception {
    return in.readNBytes(in.readInt());
  }

  private static void write(DataOutputStream out, ByteArrayOutputStream bytes) throws Exception {
    out.writeInt(bytes.size());
    bytes.writeTo(out);
  }
}
