package io.claviger.cli;

import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;

/** The program: one command, then the process ends with its exit status. */
public final class Main {
  private Main() {}

  /** Runs the command that {@code args} name. */
  public static void main(String[] args) {
    // a process of one command gains nothing from ciphers that are warmed up beside it
    System.setProperty("claviger.warm_up", "false");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    System.setProperty("org.slf4j.simpleLogger.showLogName", "false");
    // that the default key is missing says the command that needs it
    System.setProperty("org.slf4j.simpleLogger.log.io.claviger.service", "error");
    Cleanups.onSignal(Thread.currentThread());
    Shell shell =
        new Shell(
            new FileInputStream(FileDescriptor.in),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Terminal.ofProcess());
    int status = CommandLines.run(shell, args);
    Cleanups.ended();
    System.exit(status);
  }
}
